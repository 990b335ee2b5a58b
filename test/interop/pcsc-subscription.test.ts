/**
 * A subscription changes over the air while the card is in a PC/SC reader.
 *
 *     MNO-A ── sealed SMS ──▶ virtual ME ── openReader ── pcscd ── vpcd ──▶ vuicc serve vpcd
 *     MNO-B ◀── attach ──────            REFRESH, reset, new IMSI
 *                                        a program in Python reads it afterwards
 *
 * @see docs/subscription-change.md; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliveryReport } from '../../src/air/short-message.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { type Imsi, iccid, imsi, type Plmn, plmn } from '../../src/bytes/identity.ts';
import { filled } from '../../src/bytes/octets.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { type Procedure, runProcedureAsync } from '../../src/me/procedure.ts';
import { HomeNetwork } from '../../src/network/home-network.ts';
import {
  authenticationOf,
  pairFromProfile,
  type SubscriptionPair,
} from '../../src/network/keys.ts';
import { type HomeOperator, routeByImsi } from '../../src/network/radio.ts';
import {
  decodeChangeAnswer,
  encodeSubscriptionCommand,
} from '../../src/ota/subscription-change.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { openReader } from '../../src/transport/pcsc.ts';
import { porOf, type Sealed, sealed } from '../scenario/support/packets.ts';
import { runProgram } from './support/foreign-program.ts';
import { type Pcscd, SLOTS, startPcscd } from './support/pcscd.ts';
import { serveCard } from './support/served-card.ts';

const [READER = ''] = SLOTS;
const ICCID = iccid(DEFAULT_PROFILE.iccid);
const OLD_IMSI = imsi(DEFAULT_PROFILE.imsi);
const NEW_IMSI = imsi('001020000000042');
const [PAIR_0, PAIR_1] = DEFAULT_PROFILE.keyTable.entries.map(pairFromProfile);

/** Selects the USIM, verifies PIN1 and reads EF_IMSI, as any program would. */
const READ_IMSI = `
from smartcard.System import readers
from smartcard.util import toBytes

card = next(r for r in readers() if r.name == '${READER}').createConnection()
card.connect()

def send(command):
    data, sw1, sw2 = card.transmit(toBytes(command))
    assert (sw1, sw2) == (0x90, 0x00), '%02X%02X' % (sw1, sw2)
    return bytes(data)

send('00A4040C10A0000000871002FFFFFFFF8900000100')
send('002000010831323334FFFFFFFF')
send('00A4080C047FFF6F07')
octets = send('00B0000009')
digits = ''.join('%X%X' % (o & 15, o >> 4) for o in octets[1:1 + octets[0]])
print(digits[1:])
`;

let pcscd: Pcscd;

beforeAll(async () => {
  pcscd = await startPcscd();
  Object.assign(process.env, pcscd.env);
});

afterAll(() => pcscd?.stop());

function operator(home: Plmn, served: Imsi, pair: SubscriptionPair | undefined): HomeOperator {
  const random = (octets: number): Uint8Array => filled(octets, 0x5a);
  const network = new HomeNetwork({ plmn: home, lac: 1, random });
  const authentication = authenticationOf(pair!, fromHex('8000'));
  network.serve({ imsi: served, iccid: ICCID, authentication });
  return { plmn: home, uplink: (message) => network.uplink(message) };
}

async function imsiByPython(): Promise<string> {
  const { stdout } = await runProgram('/usr/bin/python3', ['-c', READ_IMSI]);
  return stdout.trim();
}

it('changes the subscription of a card in a reader, and other programs see it', async () => {
  await serveCard(pcscd);
  expect(await imsiByPython()).toBe(OLD_IMSI);

  const card = await openReader({ name: READER });
  const operators = [
    operator(plmn('001-01'), OLD_IMSI, PAIR_0),
    operator(plmn('001-02'), NEW_IMSI, PAIR_1),
  ];
  const reports: DeliveryReport[] = [];
  const report = (heard: DeliveryReport): void => {
    reports.push(heard);
  };
  const world = { card, network: routeByImsi(operators), report };
  const run = <T>(procedure: Procedure<T>): Promise<T> => runProcedureAsync(procedure, world);
  const me = new MobileEquipment({ pin: '1234' });
  const deliver = async ({ message, sent }: Sealed) => {
    const { restarted } = await run(me.receiveShortMessage(message));
    return { restarted, por: porOf(reports.at(-1), sent) };
  };

  expect(await run(me.boot())).toMatchObject({ ok: true, subscription: { imsi: OLD_IMSI } });
  expect(await run(me.attach())).toMatchObject({ kind: 'attached' });

  const change = encodeSubscriptionCommand({
    ...{ kind: 'change', guard: 0, imsi: NEW_IMSI, mncLength: 2 },
    operatorData: {},
  });
  const forged = await deliver(sealed(PAIR_1!, 1, change));
  expect(forged).toEqual({ restarted: false, por: { status: 0x01 } });
  expect(me.subscription?.imsi).toBe(OLD_IMSI);

  const { restarted, por } = await deliver(sealed(PAIR_0!, 1, change));
  if (!('sw' in por)) throw new Error(`PoR ${por.status}`);
  expect(por.sw).toBe(0x9000);
  expect(decodeChangeAnswer(por.data)).toMatchObject({ iccid: ICCID, index: 1 });
  expect(restarted).toBe(true);
  expect(me.subscription?.imsi).toBe(NEW_IMSI);
  expect(await run(me.attach())).toMatchObject({ kind: 'attached' });
  expect(me.registration?.plmn).toBe('001-02');

  const old = await deliver(sealed(PAIR_0!, 2, encodeSubscriptionCommand({ kind: 'query' })));
  expect(old).toEqual({ restarted: false, por: { status: 0x01 } });

  await card.close();
  expect(await imsiByPython()).toBe(NEW_IMSI);
});
