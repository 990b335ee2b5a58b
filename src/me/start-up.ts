/**
 * What an ME does with a card that was just reset, step by step.
 *
 *     reset    ATR
 *     UICC     SELECT MF, TERMINAL CAPABILITY if the card wants it, EF_ICCID, EF_PL
 *     toolkit  TERMINAL PROFILE
 *     USIM     EF_DIR, SELECT ADF, PIN
 *     ISIM     on a logical channel, if there are ISIM and channel
 *     files    EF_ECC … EF_PBR; STATUS: initialised
 *
 * Between two steps the toolkit has its turn; REFRESH goes through some of the steps again.
 *
 * @see 3GPP TS 31.102 (initialisation procedure); ETSI TS 102 221 §11.1.2, §11.1.17, §11.1.19
 * @module
 */

import { decodeAtr, decodeHistoricalBytes, logicalChannelsOf } from '../apdu/atr.ts';
import { commandApdu } from '../apdu/command.ts';
import type { StatusWord } from '../apdu/response.ts';
import { understood } from '../bytes/errors.ts';
import { fromHex } from '../bytes/hex.ts';
import { homePlmn } from '../bytes/identity.ts';
import { equals } from '../bytes/octets.ts';
import { EF_ACC, EF_AD } from '../ef/administration.ts';
import { EF_DIR } from '../ef/application-directory.ts';
import { EF_ICCID, EF_IMSI } from '../ef/identity.ts';
import { EF_UST, isAvailable, type ServiceTable } from '../ef/services.ts';
import { decodeFcp } from './fcp.ts';
import { ADF, classOf, readFile } from './files.ts';
import { type PinFailure, verifyPin } from './pin.ts';
import { type Procedure, reset } from './procedure.ts';
import { DIRECTORY_FILE, ISIM_FILES, UICC_FILES, USIM_FILES } from './start-up-files.ts';
import { contentOf, forgetCard, isOk, type MeState, send } from './state.ts';

/** Why the start-up ended early. */
export type StartUpFailure =
  | PinFailure
  | 'atr-malformed'
  | 'mf-refused'
  | 'no-usim'
  | 'usim-refused'
  | 'no-imsi'
  | 'imsi-malformed';

/** The outcome of a step: on to the next, or why not, with the SW that said so. */
export type StepOutcome =
  | { readonly failure: StartUpFailure; readonly sw: StatusWord | undefined }
  | undefined;

const NONE = new Uint8Array(0);
const LE_MAX = 256;
const USIM_PREFIX = fromHex('a0000000871002');
const ISIM_PREFIX = fromHex('a0000000871004');
/** Extended logical channels are supported; nothing else to tell. */
const TERMINAL_CAPABILITIES = fromHex('a9028100');

function* activate(me: MeState): Procedure<StepOutcome> {
  const octets = yield* reset();
  const atr = understood(() => decodeAtr(octets));
  if (atr === undefined) return { failure: 'atr-malformed', sw: undefined };
  const historical = understood(() => decodeHistoricalBytes(atr.historicalBytes)) ?? [];
  me.session.channels = logicalChannelsOf(historical);
  return undefined;
}

function* openUicc(me: MeState): Procedure<StepOutcome> {
  const mf = yield* send(me, commandApdu([0x00, 0xa4, 0x00, 0x04], fromHex('3f00'), LE_MAX));
  if (!isOk(mf.sw)) return { failure: 'mf-refused', sw: mf.sw };
  const fcp = understood(() => decodeFcp(mf.data));
  if (fcp?.wantsTerminalCapability === true) {
    yield* send(me, commandApdu([0x80, 0xaa, 0x00, 0x00], TERMINAL_CAPABILITIES));
  }
  for (const row of UICC_FILES) yield* readFile(me, row);
  return undefined;
}

function* announceToolkit(me: MeState): Procedure<StepOutcome> {
  if (me.terminalProfile.length === 0) return undefined;
  yield* send(me, commandApdu([0x80, 0x10, 0x00, 0x00], me.terminalProfile));
  return undefined;
}

function* readDirectory(me: MeState): Procedure<StepOutcome> {
  yield* readFile(me, DIRECTORY_FILE);
  const records = me.session.contents.get(EF_DIR) ?? [];
  me.session.aids = records.flatMap((record) => {
    const aid = understood(() => EF_DIR.decode(record))?.aid;
    return aid === undefined ? [] : [aid];
  });
  return undefined;
}

function findAid(me: MeState, prefix: Uint8Array): Uint8Array | undefined {
  return me.session.aids.find((aid) => equals(aid.subarray(0, prefix.length), prefix));
}

/**
 * Selects the USIM by its AID, which also begins its session anew.
 *
 * @see ETSI TS 102 221 §11.1.1
 */
export function* selectUsim(me: MeState): Procedure<StepOutcome> {
  me.session.usim = undefined;
  const aid = findAid(me, USIM_PREFIX);
  if (aid === undefined) return { failure: 'no-usim', sw: undefined };
  const { data, sw } = yield* send(me, commandApdu([0x00, 0xa4, 0x04, 0x04], aid, LE_MAX));
  if (!isOk(sw)) return { failure: 'usim-refused', sw };
  me.session.usim = { aid, pins: understood(() => decodeFcp(data))?.pins };
  return undefined;
}

function* openIsim(me: MeState): Procedure<StepOutcome> {
  const aid = findAid(me, ISIM_PREFIX);
  if (aid === undefined || me.session.channels < 2) return undefined;
  const opened = yield* send(me, commandApdu([0x00, 0x70, 0x00, 0x00], NONE, 1));
  const channel = opened.data[0] ?? 0;
  if (!isOk(opened.sw) || channel < 1 || channel > 19) return undefined;
  const select = commandApdu([classOf(channel), 0xa4, 0x04, 0x04], aid, LE_MAX);
  if (!isOk((yield* send(me, select)).sw)) return undefined;
  for (const row of ISIM_FILES) yield* readFile(me, row, channel);
  return undefined;
}

/** Goes back to the ADF, where the short file identifiers hold and AUTHENTICATE is allowed. */
export function* selectAdf(me: MeState): Procedure<StepOutcome> {
  const fid = Uint8Array.of(ADF >> 8, ADF & 0xff);
  const { sw } = yield* send(me, commandApdu([0x00, 0xa4, 0x00, 0x0c], fid));
  return isOk(sw) ? undefined : { failure: 'usim-refused', sw };
}

function* readUsimFiles(me: MeState): Procedure<void> {
  for (const { ef } of USIM_FILES) me.session.contents.delete(ef);
  let services: ServiceTable = [];
  for (const row of USIM_FILES) {
    if (row.service !== undefined && !isAvailable(services, row.service)) continue;
    yield* readFile(me, row);
    if (row.ef === EF_UST) services = contentOf(me, EF_UST) ?? [];
  }
  yield* selectAdf(me); // The phone book lies elsewhere.
}

function subscriptionFailure(me: MeState): StepOutcome {
  const octets = me.session.contents.get(EF_IMSI)?.[0];
  const isThere = octets?.some((octet) => octet !== 0xff) === true;
  return { failure: isThere ? 'imsi-malformed' : 'no-imsi', sw: undefined };
}

/**
 * Reads the files of the USIM and makes the subscription of them.
 *
 * @see 3GPP TS 31.102 (initialisation procedure)
 */
export function* readSubscription(me: MeState): Procedure<StepOutcome> {
  yield* readUsimFiles(me);
  const imsi = contentOf(me, EF_IMSI);
  if (imsi === undefined) return subscriptionFailure(me);
  // Old cards have no octet for it; most MNCs have two digits.
  const mncLength = contentOf(me, EF_AD)?.mncLength ?? 2;
  me.subscription = {
    iccid: contentOf(me, EF_ICCID),
    imsi,
    mncLength,
    homePlmn: homePlmn(imsi, mncLength),
    services: contentOf(me, EF_UST) ?? [],
    accessClasses: contentOf(me, EF_ACC) ?? [],
  };
  return undefined;
}

/** Tells the card that the USIM is initialised; the answer is its AID, which the ME knows. */
function* reportInitialised(me: MeState): Procedure<StepOutcome> {
  const aid = me.session.usim?.aid ?? NONE;
  yield* send(me, commandApdu([0x80, 0xf2, 0x01, 0x01], NONE, aid.length + 2));
  return undefined;
}

function* begin(me: MeState): Procedure<StepOutcome> {
  forgetCard(me);
  return yield* activate(me);
}

/** A step of the start-up. */
export type StartUpStep = (me: MeState) => Procedure<StepOutcome>;

/** The start-up, in order; each step ends with an answer that may offer a proactive command. */
export const START_UP: readonly StartUpStep[] = [
  begin,
  openUicc,
  announceToolkit,
  readDirectory,
  selectUsim,
  verifyPin,
  openIsim,
  readSubscription,
  reportInitialised,
];
