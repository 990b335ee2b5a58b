/**
 * What `vuicc export` writes, in the hands of programs that others wrote.
 *
 *     OsmoHLR             takes the SQL, hands out vectors, and the card accepts them
 *     Python, SQLite      read the other files
 *
 * @see docs/export.md
 * @module
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { makeImage } from '../../src/card/image.ts';
import { profileOf } from '../../src/card/profile-of.ts';
import { Uicc } from '../../src/card/uicc.ts';
import {
  type ExportFormat,
  type ExportSide,
  exportSubscriptions,
} from '../../src/network/export/formats.ts';
import { overridden } from '../../src/profile/batch.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { collect, type Outcome } from '../cli/support/program.ts';
import {
  msisdnRecord,
  profileWith,
  subscriptionOf,
  THREE_DIGITS,
  USED,
} from '../network/export/cards.ts';
import { fileAt } from '../profile/edited.ts';
import { ROOT } from '../support/source.ts';
import { type HlrVector, makeOsmoHlr, type OsmoHlr, type Vlr } from './support/osmo-hlr.ts';

const SERVICES = { apn: 'iot.example', slice: { sst: 1, sd: '010203' } };
const SELECT_USIM = '00A4040C10A0000000871002FFFFFFFF8900000100';

function textOf(format: ExportFormat, profiles: readonly CardProfile[], side?: ExportSide): string {
  const result = exportSubscriptions(format, profiles.map(subscriptionOf), side, SERVICES);
  if (result.ok) return result.text;
  throw new Error(result.problem);
}

/** A card of a profile, ready for AUTHENTICATE. */
class TestCard {
  readonly #profile: CardProfile;
  readonly #card: Uicc;

  constructor(profile: CardProfile) {
    this.#profile = profile;
    this.#card = new Uicc(makeImage(profile));
    this.#card.reset();
    expect(this.#send('0020000108 31323334FFFFFFFF')).toBe('9000');
    expect(this.#send(SELECT_USIM)).toBe('9000');
  }

  /** The card as it is now. */
  get profile(): CardProfile {
    return profileOf(this.#profile, this.#card.root).profile;
  }

  /** What AUTHENTICATE in the 3G context answers. */
  authenticate({ rand, autn }: HlrVector): string {
    return this.#answer(`0088008122 10${toHex(rand)}10${toHex(autn)}`);
  }

  /** The same in the GSM context. */
  runGsm({ rand }: HlrVector): string {
    return this.#answer(`0088008011 10${toHex(rand)}`);
  }

  #send(command: string): string {
    return toHex(this.#card.transmit(fromHex(command)));
  }

  #answer(command: string): string {
    const sw = this.#send(command);
    return sw.startsWith('61') ? this.#send(`00C00000${sw.slice(2)}`) : sw;
  }
}

/** What a card answers that takes a vector: RES, CK, IK, and Kc behind them. */
function taken({ res, ck, ik, kc }: HlrVector): string {
  const parts = [res, ck, ik, kc].map((part) => {
    return part.length.toString(16).padStart(2, '0') + toHex(part);
  });
  return `db${parts.join('')}9000`;
}

describe('OsmoHLR', () => {
  let hlr: OsmoHlr;
  let vlr: Vlr | undefined;

  beforeEach(async () => {
    hlr = await makeOsmoHlr();
  });
  afterEach(async () => {
    vlr?.close();
    vlr = undefined;
    await hlr.close();
  });

  const rows = async (): Promise<string> =>
    (
      await hlr.sql(
        'SELECT imsi, msisdn, k, opc, sqn, ind_bitlen FROM subscriber, auc_3g ' +
          'WHERE id = subscriber_id ORDER BY imsi;',
      )
    ).stdout;

  /** Takes all vectors of an answer; there are five. */
  async function takeAll(card: TestCard, imsi: string): Promise<void> {
    const vectors = (await vlr?.vectors(imsi)) ?? [];
    expect(vectors).toHaveLength(5);
    for (const vector of vectors) expect(card.authenticate(vector)).toBe(taken(vector));
  }

  it.each([
    ['is new', DEFAULT_PROFILE],
    ['was used', USED],
    ['has IND of 3 bits, OP and an MNC of 3 digits', THREE_DIGITS],
    ['has no IND', profileWith({ '$.keyTable.entries[0].sqn.indBits': 0 })],
    ['has IND of 8 bits', profileWith({ '$.keyTable.entries[0].sqn.indBits': 8 })],
  ])('hands out vectors that a card takes which %s', async (_what, profile) => {
    expect(await hlr.sql(textOf('osmohlr', [profile]))).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    vlr = await hlr.start('VLR-1');
    const card = new TestCard(profile);
    await takeAll(card, profile.imsi);
    await takeAll(card, profile.imsi);
  });

  it('makes triplets that the card makes too', async () => {
    await hlr.sql(textOf('osmohlr', [DEFAULT_PROFILE]));
    vlr = await hlr.start('VLR-1');
    const card = new TestCard(DEFAULT_PROFILE);
    for (const vector of await vlr.vectors(DEFAULT_PROFILE.imsi)) {
      const { sres, kc } = vector;
      expect(card.runGsm(vector)).toBe(`04${toHex(sres)}08${toHex(kc)}9000`);
    }
  });

  it('follows a card that has another pair and another IMSI', async () => {
    vlr = await hlr.start('VLR-1');
    const before = new TestCard(DEFAULT_PROFILE);
    await hlr.sql(textOf('osmohlr', [before.profile]));
    await takeAll(before, DEFAULT_PROFILE.imsi);

    const moved = overridden(
      { ...before.profile, keyTable: { ...before.profile.keyTable, active: 1 } },
      { imsi: '001020000000001' },
    );
    const after = new TestCard(moved);
    await hlr.sql(textOf('osmohlr', [moved]));
    const old = await vlr.vectors(DEFAULT_PROFILE.imsi);
    expect(old.map((vector) => after.authenticate(vector))).toEqual(old.map(() => '9862'));
    await takeAll(after, '001020000000001');
  });

  it('is told of a card again, and goes on behind its SQN', async () => {
    await hlr.sql(textOf('osmohlr', [DEFAULT_PROFILE]));
    vlr = await hlr.start('VLR-1');
    const card = new TestCard(DEFAULT_PROFILE);
    await takeAll(card, DEFAULT_PROFILE.imsi);
    expect(await rows()).not.toContain('|32|5\n');
    await hlr.sql(textOf('osmohlr', [DEFAULT_PROFILE]));
    const [stale] = await vlr.vectors(DEFAULT_PROFILE.imsi);
    expect(stale && card.authenticate(stale)).toMatch(/^dc0e[0-9a-f]{28}9000$/u);
    await hlr.sql(textOf('osmohlr', [card.profile]));
    await takeAll(card, DEFAULT_PROFILE.imsi);
  });

  it('keeps an MSISDN that the card does not have', async () => {
    const [k, opc] = [subscriptionOf(USED).k, subscriptionOf(USED).opc];
    await hlr.sql(textOf('osmohlr', [USED]));
    await hlr.sql(textOf('osmohlr', [DEFAULT_PROFILE]));
    expect(await rows()).toBe(`001010123456789|49171234567|${k}|${opc}|32|5\n`);
    const number = { [`${fileAt('MF/ADF.USIM/EF.MSISDN')}.records`]: [msisdnRecord('+4930123')] };
    await hlr.sql(textOf('osmohlr', [profileWith(number)]));
    expect(await rows()).toBe(`001010123456789|4930123|${k}|${opc}|32|5\n`);
  });

  it('gets all cards or none', async () => {
    await hlr.sql(
      "INSERT INTO subscriber (imsi, msisdn) VALUES ('262010000000001', '49171234567');",
    );
    const outcome = await hlr.sql(textOf('osmohlr', [THREE_DIGITS, USED]));
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toContain('UNIQUE constraint failed: subscriber.msisdn');
    const { stdout } = await hlr.sql('SELECT imsi FROM subscriber; SELECT * FROM auc_3g;');
    expect(stdout).toBe('262010000000001\n');
  });
});

/** Tables of the 5G core of OpenAirInterface, as far as rows are written. */
const OAI_TABLES = `
CREATE TABLE \`AuthenticationSubscription\` (\`ueid\` varchar(20) NOT NULL PRIMARY KEY,
  \`authenticationMethod\` varchar(25) NOT NULL, \`encPermanentKey\` varchar(50) DEFAULT NULL,
  \`protectionParameterId\` varchar(50) DEFAULT NULL, \`sequenceNumber\` json DEFAULT NULL,
  \`authenticationManagementField\` varchar(50) DEFAULT NULL, \`algorithmId\` varchar(50),
  \`encOpcKey\` varchar(50) DEFAULT NULL, \`encTopcKey\` varchar(50) DEFAULT NULL,
  \`supi\` varchar(20) DEFAULT NULL);
CREATE TABLE \`SessionManagementSubscriptionData\` (\`ueid\` varchar(15) NOT NULL,
  \`servingPlmnid\` varchar(15) NOT NULL, \`singleNssai\` json NOT NULL,
  \`dnnConfigurations\` json DEFAULT NULL, PRIMARY KEY (\`ueid\`, \`servingPlmnid\`));
`;
const OAI_ROWS = `
SELECT a.ueid, authenticationMethod, encPermanentKey, encOpcKey, algorithmId,
  json_extract(sequenceNumber, '$.sqn'), authenticationManagementField, supi, servingPlmnid,
  json_extract(singleNssai, '$.sst'), json_extract(singleNssai, '$.sd'),
  json_extract(dnnConfigurations, '$."iot.example"."5gQosProfile"."5qi"')
FROM AuthenticationSubscription a, SessionManagementSubscriptionData s WHERE a.ueid = s.ueid;
`;

describe('parsers of others', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vuicc-export-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Reads an export with Python. */
  async function parsed(kind: string, text: string): Promise<unknown> {
    const file = join(folder, 'export');
    await writeFile(file, text);
    const program = 'test/interop/programs/parse_export.py';
    const outcome: Outcome = await collect('/usr/bin/python3', [program, kind, file], {
      cwd: ROOT,
    });
    if (outcome.code === 0) return JSON.parse(outcome.stdout);
    const install = '(apt-get install python3-yaml python3-libconf)';
    throw new Error(`python3 ends with ${outcome.code} ${install}\n${outcome.stderr}`);
  }

  const { imsi, iccid, k, opc } = subscriptionOf(USED);

  it('PyYAML reads the UE of UERANSIM, and no text is taken for a number', async () => {
    expect(await parsed('yaml', textOf('ueransim', [USED]))).toMatchObject({
      supi: `imsi-${imsi}`,
      mcc: '001',
      mnc: '01',
      protectionScheme: 0,
      routingIndicator: '1234',
      key: k,
      op: opc,
      opType: 'OPC',
      amf: '8000',
      sessions: [{ type: 'IPv4', apn: 'iot.example', slice: { sst: 1, sd: 0x010203 } }],
      'configured-nssai': [{ sst: 1, sd: 0x010203 }],
      'default-nssai': [{ sst: 1, sd: 0x010203 }],
      gnbSearchList: ['127.0.0.1'],
      uacAic: { mps: false, mcs: false },
      integrity: { IA1: true, IA2: true, IA3: true },
      ciphering: { EA1: true, EA2: true, EA3: true },
    });
  });

  it('libconf reads the UE of OpenAirInterface', async () => {
    const session = { dnn: 'iot.example', nssai_sst: 1, nssai_sd: 0x010203 };
    expect(await parsed('libconfig', textOf('oai', [THREE_DIGITS], 'ue'))).toEqual({
      uicc0: {
        imsi: '310410000000001',
        nmc_size: 3,
        key: k,
        opc,
        ...session,
        pdu_sessions: [session],
      },
    });
  });

  it('configparser reads the USIM of srsUE', async () => {
    expect(await parsed('ini', textOf('srsran', [USED], 'ue'))).toEqual({
      usim: { mode: 'soft', algo: 'milenage', opc, k, imsi },
      nas: { apn: 'iot.example', apn_protocol: 'ipv4' },
    });
  });

  it('csv reads the subscribers of srsEPC, in the columns of its header', async () => {
    expect(await parsed('csv', textOf('srsran', [USED, THREE_DIGITS]))).toEqual([
      [iccid, 'mil', imsi, k, 'opc', opc, '8000', '000000000100', '7', 'dynamic'],
      [
        ...['89999010000000000021', 'mil', '310410000000001', k, 'opc', opc],
        ...['8000', '000000000008', '7', 'dynamic'],
      ],
    ]);
  });

  it.each(['open5gs', 'free5gc'] as const)('json reads each line for %s', async (format) => {
    const text = textOf(format, [USED, THREE_DIGITS]);
    expect(await parsed('json', text)).toEqual(
      text
        .trimEnd()
        .split('\n')
        .map((row) => JSON.parse(row) as unknown),
    );
  });

  it('SQLite takes the rows of OpenAirInterface, twice', async () => {
    const rows = textOf('oai', [USED]);
    const outcome = await collect('sqlite3', ['-bail', ':memory:'], {
      cwd: folder,
      input: `${OAI_TABLES}${rows}${rows}${OAI_ROWS}`,
    });
    const found = [imsi, '5G_AKA', k, opc, 'milenage', '000000000100', '8000', imsi, '00101'];
    const stdout = `${[...found, '1', '010203', '9'].join('|')}\n`;
    expect(outcome).toEqual({ code: 0, stdout, stderr: '' });
  });
});
