/**
 * The toolkit's turn: what the card wants is fetched, performed and answered, until it is content.
 *
 *     '91XX' ── FETCH XX ──▶ command ── perform ──▶ TERMINAL RESPONSE ──▶ '9000', or '91XX' again
 *
 * What is wrong with a command is looked for in this order: its octets ('32'), its type ('31'), an
 * object that must be understood and is not ('32'), an object that is missing ('36').
 *
 * @see ETSI TS 102 223 §6.2, §6.8; ETSI TS 102 221 §7.4.2, §11.2.3, §11.2.4
 * @module
 */

import { commandApdu } from '../apdu/command.ts';
import { decodeAddress } from '../bytes/address.ts';
import { understood } from '../bytes/errors.ts';
import { ByteReader } from '../bytes/reader.ts';
import {
  COMMAND_TYPE,
  type CommandDetails,
  decodeProactiveCommand,
  type ProactiveCommand,
  TAG,
} from '../cat/proactive-command.ts';
import { encodeTerminalResponse, RESULT, UNABLE } from '../cat/terminal-response.ts';
import { readBerLength } from '../tlv/ber.ts';
import { findTlv } from '../tlv/comprehension.ts';
import { type Procedure, submit } from './procedure.ts';
import { type CommandResult, performRefresh, REFRESH_TAG } from './refresh.ts';
import { isOk, type MeState, POLL_SECONDS, send } from './state.ts';

/** Tags of objects that the commands below have. */
const OBJECT = {
  duration: 0x04,
  alphaIdentifier: 0x05,
  icon: 0x1e,
  policy: 0x3a,
  applicationData: 0x3b,
  textAttribute: 0x50,
  frame: 0x68,
  plmnWithAccessList: 0x72,
  plmnList: 0x79,
} as const;
const SHOWN = [OBJECT.alphaIdentifier, OBJECT.icon, OBJECT.textAttribute, OBJECT.frame];

const NETWORK_UNABLE = 0x21;
/** Additional information on 'terminal unable'. */
const NO_SERVICE = 0x04;
const PACKING_REQUIRED = 0x01;
const SECONDS_OF_UNIT: readonly number[] = [60, 1, 0.1];
/** A card that always wants something more gets its next turn with the next command. */
const COMMANDS_MAX = 16;
const NONE = new Uint8Array(0);
const PERFORMED: CommandResult = { result: RESULT.performed };
const NOT_UNDERSTOOD: CommandResult = { result: RESULT.dataNotUnderstood };

/** How one type of command is taken. */
interface CommandRow {
  /** Tags that it may have beside those of every command. */
  readonly knows: readonly number[];
  /** Tags that it must have. */
  readonly needs: readonly number[];
  /** `undefined`: there is no TERMINAL RESPONSE. */
  perform(me: MeState, command: ProactiveCommand): Procedure<CommandResult | undefined>;
}

/** Makes a procedure of what needs nothing from outside. */
function immediate(compute: (me: MeState, command: ProactiveCommand) => CommandResult) {
  // biome-ignore lint/correctness/useYield: a procedure that asks for nothing is one all the same.
  return function* (me: MeState, command: ProactiveCommand): Procedure<CommandResult> {
    return compute(me, command);
  };
}

function setPollInterval(me: MeState, { objects }: ProactiveCommand): CommandResult {
  const duration = findTlv(objects, OBJECT.duration) ?? NONE;
  const [unit = -1, interval = 0] = duration;
  const seconds = (SECONDS_OF_UNIT[unit] ?? 0) * interval;
  if (duration.length !== 2 || seconds === 0) return NOT_UNDERSTOOD;
  me.pollSeconds = seconds;
  const granted = { tag: OBJECT.duration, comprehensionRequired: true, value: duration };
  return { result: RESULT.performed, objects: [granted] };
}

function setPollingOff(me: MeState): CommandResult {
  me.pollSeconds = POLL_SECONDS;
  return PERFORMED;
}

function* sendShortMessage(me: MeState, command: ProactiveCommand): Procedure<CommandResult> {
  if ((command.details.qualifier & PACKING_REQUIRED) !== 0) {
    return { result: RESULT.beyondCapabilities };
  }
  const tpdu = findTlv(command.objects, TAG.smsTpdu) ?? NONE;
  const centre = findTlv(command.objects, TAG.address);
  const serviceCentre = centre && understood(() => decodeAddress(centre));
  if (centre !== undefined && serviceCentre === undefined) return NOT_UNDERSTOOD;
  if (me.registration === undefined) {
    return { result: RESULT.terminalUnable, additional: NO_SERVICE };
  }
  const isSent = yield* submit({ serviceCentre, tpdu });
  return isSent ? PERFORMED : { result: NETWORK_UNABLE, additional: UNABLE.none };
}

const COMMANDS: ReadonlyMap<number, CommandRow> = new Map([
  [
    COMMAND_TYPE.refresh,
    {
      knows: [
        ...Object.values(REFRESH_TAG),
        ...SHOWN,
        OBJECT.policy,
        OBJECT.applicationData,
        OBJECT.plmnWithAccessList,
        OBJECT.plmnList,
      ],
      needs: [],
      perform: performRefresh,
    },
  ],
  [COMMAND_TYPE.moreTime, { knows: [], needs: [], perform: immediate(() => PERFORMED) }],
  [
    COMMAND_TYPE.pollInterval,
    { knows: [], needs: [OBJECT.duration], perform: immediate(setPollInterval) },
  ],
  [COMMAND_TYPE.pollingOff, { knows: [], needs: [], perform: immediate(setPollingOff) }],
  [
    COMMAND_TYPE.sendShortMessage,
    { knows: [TAG.address, ...SHOWN], needs: [TAG.smsTpdu], perform: sendShortMessage },
  ],
]);

function* perform(me: MeState, command: ProactiveCommand): Procedure<CommandResult | undefined> {
  const row = COMMANDS.get(command.details.type);
  if (row === undefined) return { result: RESULT.typeNotUnderstood };
  const known: readonly number[] = [...row.knows, ...row.needs];
  const isForeign = command.objects.some(
    ({ tag, comprehensionRequired }) => comprehensionRequired && !known.includes(tag),
  );
  if (isForeign) return NOT_UNDERSTOOD;
  const isWhole = row.needs.every((tag) => findTlv(command.objects, tag) !== undefined);
  if (!isWhole) return { result: RESULT.valuesMissing };
  return yield* row.perform(me, command);
}

const WITHOUT_COMPREHENSION = 0x7f;
/** What a TERMINAL RESPONSE repeats when there was nothing to be read. */
const NO_DETAILS: CommandDetails = { number: 0, type: 0, qualifier: 0 };

/** Looks for command details, which come first, in a command that is otherwise no good. */
function salvageDetails(octets: Uint8Array): CommandDetails {
  const found = understood(() => {
    const reader = new ByteReader(octets, 'proactive command');
    reader.uint(1, 'tag');
    readBerLength(reader);
    const tag = reader.uint(1, 'tag') & WITHOUT_COMPREHENSION;
    if (tag !== TAG.commandDetails || reader.uint(1, 'length') !== 3) return undefined;
    const [number, type] = [reader.uint(1, 'number'), reader.uint(1, 'type')];
    return { number, type, qualifier: reader.uint(1, 'qualifier') };
  });
  return found ?? NO_DETAILS;
}

function* respond(me: MeState, details: CommandDetails, result: CommandResult): Procedure<void> {
  const { additional, objects = [] } = result;
  const data = encodeTerminalResponse({
    details,
    result: result.result,
    additional: additional === undefined ? NONE : Uint8Array.of(additional),
    objects,
  });
  const { sw } = yield* send(me, commandApdu([0x80, 0x14, 0x00, 0x00], data));
  if (!isOk(sw)) me.session.pending = undefined;
}

function* handleOne(me: MeState, length: number): Procedure<void> {
  me.session.pending = undefined;
  const fetched = yield* send(me, commandApdu([0x80, 0x12, 0x00, 0x00], NONE, length));
  if (!isOk(fetched.sw)) return;
  const command = understood(() => decodeProactiveCommand(fetched.data));
  if (command === undefined) {
    yield* respond(me, salvageDetails(fetched.data), NOT_UNDERSTOOD);
    return;
  }
  const result = yield* perform(me, command);
  if (result !== undefined) yield* respond(me, command.details, result);
}

/**
 * Does what the card wants, if it has said that it wants something.
 *
 * Ends early when the card wants to be reset; whoever called this has to do it.
 *
 * @see ETSI TS 102 223 §6.2
 */
export function* runToolkit(me: MeState): Procedure<void> {
  if (me.manners.refresh === 'never-fetches') return;
  for (let n = 0; n < COMMANDS_MAX; n++) {
    const { pending, resetWanted } = me.session;
    if (pending === undefined || resetWanted) return;
    yield* handleOne(me, pending);
  }
}
