/**
 * Alternative 3b: devices change their operator over the air, with the next pair of their card.
 *
 *     MNO-B  ── signed IMSI list ──────▶  MNO-A   checked: forged or replayed changes nothing
 *     MNO-A  ── secured packet ────────▶  card    staged, PoR under the old key, REFRESH, reset
 *     MNO-A  ── signed transfer list ──▶  MNO-B   ICCID, IMSI, index
 *     MNO-B  ── signed request ────────▶  maker   releases exactly those pairs
 *     card   ── attach ────────────────▶  MNO-B   new IMSI, next pair
 *     MNO-B  ── signed report ─────────▶  MNO-A   stops serving
 *
 * @see 3GPP TR 33.812 §5.4.2 (alternative 3b); docs/subscription-change.md
 * @module
 */

import type { Exchange } from '../apdu/connection.ts';
import type { Iccid, Imsi } from '../bytes/identity.ts';
import type { Operator } from '../network/operator.ts';
import type { Access, Device, DeviceOptions, PairAlgorithm } from './device.ts';
import { seededRandomness } from './randomness.ts';
import { generateSigning, type Signing } from './signing.ts';
import { type Listener, SILENT } from './story.ts';
import { imsiOf, MANUFACTURER, makeWorld, OPERATORS, operatorAfter, type World } from './world.ts';

/** One change of one device. */
export interface ChangeReport {
  readonly from: Imsi;
  readonly to: Imsi;
  /** The new index, 1 for the first change. */
  readonly index: number;
  /** Status of the PoR, two hex digits. */
  readonly por: string;
  readonly oldKeyRefused: boolean;
  /** Attached to the new operator. */
  readonly attached: boolean;
}

/** What was refused, as it must be. */
export interface RefusalReport {
  readonly forgedList: boolean;
  readonly replayedPacket: boolean;
  readonly oldKey: boolean;
  readonly exhausted: boolean;
}

/** What came of a run; `ok` when everything held. */
export interface Report3b {
  readonly ok: boolean;
  readonly seed: string;
  readonly devices: readonly { readonly iccid: Iccid; readonly changes: readonly ChangeReport[] }[];
  readonly refusals: RefusalReport;
}

/** What a run is given. */
export interface Options3b {
  /** 1 or more; 1 when left out. */
  readonly devices?: number;
  /** 1 to 254; 2 when left out. The cards have one pair more. */
  readonly changes?: number;
  /** The algorithm of each pair, `milenage`, `tuak` or `xor`; MILENAGE where it is left out. */
  readonly algorithms?: readonly PairAlgorithm[];
  /** Repeats everything but the signatures. */
  readonly seed?: string;
  /** Made for the run when left out. */
  readonly signing?: Signing;
  /** Hears the story as it goes. */
  readonly listener?: Listener;
  /** Whether devices attach by EPS, or register in 5G; EPS when left out. */
  readonly access?: Access;
  /** Hears every exchange with the card of device 0. */
  readonly observe?: (exchange: Exchange) => void;
}

interface Ordered {
  readonly forgeryRefused: boolean;
  readonly isTaken: boolean;
  /** The cards have the highest index that there is. */
  readonly isBeyondLast: boolean;
}

interface Run {
  readonly world: World;
  readonly changes: Map<Iccid, ChangeReport[]>;
  readonly access: Access;
  readonly tell: Listener;
}

const ARRIVAL = {
  eps: { does: 'attaches with IMSI', by: 'AKA: RAND, AUTN, RES' },
  '5g': { does: 'registers with the SUCI of', by: '5G AKA: RAND, AUTN, RES*' },
} as const;

function device0(options: Options3b): (number: number) => DeviceOptions {
  const { observe, access = 'eps' } = options;
  return (number) => (number === 0 && observe !== undefined ? { observe, access } : { access });
}

/** Another signature over the same list: one character is changed, and stays base64url. */
function forge(jws: string): string {
  const at = jws.lastIndexOf('.') + 1;
  return `${jws.slice(0, at)}${jws.charAt(at) === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
}

/** What to say of a result: its own words when it is a refusal. */
function outcomeOf(
  result: { readonly ok: boolean; readonly refusal?: string },
  done: string,
): string {
  return result.refusal ?? done;
}

function attachAll({ world, tell, access }: Run, operator: Operator): boolean {
  const attached = world.devices.map((device) => device.attach());
  const [first] = world.devices;
  const { does, by } = ARRIVAL[access];
  tell('card', operator.name, `${does} ${first?.imsi}`, by);
  return attached.every(Boolean);
}

/** The operator's list reaches the present operator twice: forged, then as it was signed. */
async function order(run: Run, change: number): Promise<Ordered> {
  const { world, tell } = run;
  const from = operatorAfter(world, change - 1);
  const to = operatorAfter(world, change);
  const list = await to.arrivals.imsiList({
    id: `imsi-${change}`,
    to: from.name,
    devices: world.devices.map(({ iccid }, n) => ({ iccid, imsi: imsiOf(to, change, n) })),
  });
  const before = JSON.stringify(from.snapshot());
  const forged = await from.departures.takeImsiList(forge(list));
  const isUnchanged = JSON.stringify(from.snapshot()) === before;
  tell('somebody', from.name, 'a forged list of IMSIs', outcomeOf(forged, 'taken'));
  const taken = await from.departures.takeImsiList(list);
  const outcome = outcomeOf(taken, 'signature right, taken');
  tell(to.name, from.name, `signed list: ${world.devices.length} ICCID and new IMSI`, outcome);
  const isBeyondLast = !taken.ok && taken.refusal === 'no-index-left';
  return { forgeryRefused: !forged.ok && isUnchanged, isTaken: taken.ok, isBeyondLast };
}

/** A query, and the same packet once more: the counter has moved on. */
function isReplayRefused({ world, tell }: Run, operator: Operator): boolean {
  const [device] = world.devices;
  if (device === undefined) return false;
  const sent = operator.departures.query(device.iccid);
  if (!sent.ok) return false;
  const first = operator.departures.receiveReport(
    device.iccid,
    device.deliver(sent.message).report,
  );
  const root = device.card.root;
  const again = device.deliver(sent.message);
  const status = again.report?.userData.at(-1);
  const isRefused = first.kind === 'confirmed' && status === 0x02 && device.card.root === root;
  const detail = isRefused ? 'PoR 02, CNTR low; nothing moved' : 'not refused';
  tell('somebody', 'card', 'the same packet again', detail);
  return isRefused;
}

/** One change of one device: packet, PoR, REFRESH, reset; then the old keys once more. */
function changeDevice(run: Run, device: Device, from: Operator): ChangeReport | undefined {
  const { tell } = run;
  const { iccid, imsi: before } = device;
  const sent = from.departures.change(iccid);
  if (!sent.ok || before === undefined) return undefined;
  const { report, restarted } = device.deliver(sent.message);
  const outcome = from.departures.receiveReport(iccid, report);
  const isStaged = outcome.kind === 'confirmed' && outcome.answer.kind === 'change';
  const answer = isStaged ? outcome.answer.answer : undefined;
  const isFirst = device === run.world.devices[0];
  if (isFirst) {
    const pairs = answer?.pairsLeft === 1 ? 'pair' : 'pairs';
    const left = `index ${answer?.index}, ${answer?.pairsLeft} ${pairs} left`;
    tell(from.name, 'card', 'secured packet: new IMSI, next pair', 'CC and ciphering');
    tell('card', from.name, `PoR ${isStaged ? '00' : 'none'}: ${left}`, 'CC and ciphering');
    tell('card', 'ME', 'REFRESH (UICC reset)', restarted ? `new IMSI ${device.imsi}` : 'no reset');
  }
  const { imsi: after } = device;
  if (answer === undefined || after === undefined) return undefined;
  const { index } = answer;
  return { from: before, to: after, index, por: '00', oldKeyRefused: false, attached: false };
}

/** The same change again, under the keys that the card had before: they open nothing any more. */
function isOldKeyRefused({ tell, world }: Run, device: Device, from: Operator): boolean {
  const root = device.card.root;
  const sent = from.departures.change(device.iccid);
  if (!sent.ok) return false;
  const { report } = device.deliver(sent.message);
  const outcome = from.departures.receiveReport(device.iccid, report);
  const status = outcome.kind === 'unproven' ? String(outcome.status) : outcome.kind;
  const isRefused = status === 'rc-cc-ds-failed' && device.card.root === root;
  if (device === world.devices[0]) {
    tell(from.name, 'card', 'a packet under the old OTA key', `refused: ${status}`);
  }
  return isRefused;
}

/** List, request and pairs: what the new operator needs before it can serve. */
async function transfer(run: Run, change: number): Promise<boolean> {
  const { world, tell } = run;
  const from = operatorAfter(world, change - 1);
  const to = operatorAfter(world, change);
  const listId = `transfer-${change}`;
  const list = await from.departures.transferList({ id: listId, to: to.name });
  if (list === undefined) return false;
  const taken = await to.arrivals.takeTransferList(list);
  tell(from.name, to.name, 'signed list: ICCID, IMSI, index', outcomeOf(taken, 'taken'));
  if (!taken.ok) return false;
  const id = `pairs-${change}`;
  const request = await to.arrivals.pairRequest({ id, from: from.name, list: listId });
  if (request === undefined) return false;
  const released = await world.manufacturer.release(request);
  to.arrivals.takePairs(id, released);
  const outcome = outcomeOf(released, `pair ${change} released`);
  tell(to.name, MANUFACTURER, 'signed request with that list', outcome);
  return released.ok;
}

async function report(run: Run, change: number): Promise<boolean> {
  const { world, tell } = run;
  const from = operatorAfter(world, change - 1);
  const to = operatorAfter(world, change);
  const arrived = await to.arrivals.attachReport({ id: `arrived-${change}`, to: from.name });
  if (arrived === undefined) return false;
  const taken = await from.departures.takeAttachReport(arrived);
  const outcome = outcomeOf(taken, 'the old IMSI is served no more');
  tell(to.name, from.name, 'signed report of the first attach', outcome);
  return taken.ok;
}

/** All devices change once: lists, packets, keys, attach, report. */
async function changeAll(run: Run, change: number): Promise<Ordered> {
  const { world } = run;
  const from = operatorAfter(world, change - 1);
  const to = operatorAfter(world, change);
  const ordered = await order(run, change);
  const changed = world.devices.map((device) => changeDevice(run, device, from));
  const isTransferred = await transfer(run, change);
  const refused = world.devices.map((device) => isOldKeyRefused(run, device, from));
  attachAll(run, to);
  const isReported = await report(run, change);
  world.devices.forEach((device, n) => {
    const row = changed[n];
    if (row === undefined) return;
    const attached = to.home.isAttached(row.to) && device.imsi === row.to;
    const oldKeyRefused = refused[n] === true;
    run.changes.get(device.iccid)?.push({ ...row, oldKeyRefused, attached });
  });
  return { ...ordered, isTaken: ordered.isTaken && isTransferred && isReported };
}

/** Tells whether the card itself refuses a change for want of pairs, and keeps its IMSI. */
function isOneTooMany(device: Device, from: Operator): boolean {
  const { iccid, imsi } = device;
  const sent = from.departures.change(iccid);
  if (!sent.ok) return false;
  const outcome = from.departures.receiveReport(iccid, device.deliver(sent.message).report);
  const isRefused = outcome.kind === 'refused' && outcome.reason === 'no-pairs-left';
  return isRefused && device.imsi === imsi;
}

/** A change too many is refused, and the devices stay with their operator. */
async function isExhaustionRefused(run: Run, changes: number): Promise<boolean> {
  const { world, tell } = run;
  const from = operatorAfter(world, changes);
  const { isTaken, isBeyondLast } = await order(run, changes + 1);
  const outcomes = world.devices.map((device) => {
    const isRefused = isTaken ? isOneTooMany(device, from) : isBeyondLast;
    const { imsi } = device;
    return isRefused && imsi !== undefined && device.attach() && from.home.isAttached(imsi);
  });
  const isRefused = outcomes.every(Boolean);
  if (isTaken) {
    const detail = isRefused
      ? `refused: SW '6A84', no pairs left; stays with ${from.name}`
      : 'taken';
    tell(from.name, 'card', 'one change more than the card has pairs', detail);
  }
  return isRefused;
}

/**
 * Runs the story.
 *
 * @throws {RangeError} an option is out of range
 * @see 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @example
 * ```ts
 * import { runAlternative3b } from 'vuicc';
 *
 * const report = await runAlternative3b({ changes: 1, seed: 'example' });
 * if (!report.ok) throw new Error(JSON.stringify(report));
 * ```
 */
export async function runAlternative3b(options: Options3b = {}): Promise<Report3b> {
  const { devices = 1, changes = 2, seed = 'vuicc', listener = SILENT, access = 'eps' } = options;
  if (!Number.isInteger(devices) || devices < 1) {
    throw new RangeError('devices: expected 1 or more');
  }
  if (!Number.isInteger(changes) || changes < 1 || changes > 254) {
    throw new RangeError('changes: expected 1 to 254');
  }
  const signing = options.signing ?? (await generateSigning(OPERATORS));
  const random = seededRandomness(seed);
  const device = device0(options);
  const { algorithms = [] } = options;
  const world = makeWorld({ devices, pairs: changes + 1, algorithms, random, signing, device });
  const run: Run = {
    world,
    changes: new Map(world.devices.map(({ iccid }) => [iccid, []])),
    access,
    tell: listener,
  };
  const isStarted = attachAll(run, operatorAfter(world, 0));
  const replayedPacket = isReplayRefused(run, operatorAfter(world, 0));
  const rounds: Ordered[] = [];
  for (let change = 1; change <= changes; change++) rounds.push(await changeAll(run, change));
  const exhausted = await isExhaustionRefused(run, changes);
  const rows = [...run.changes.values()];
  const oldKey = rows.every((of) => of.every(({ oldKeyRefused }) => oldKeyRefused));
  const isMoved = rows.every((of) => of.length === changes && of.every(({ attached }) => attached));
  const forgedList = rounds.every(({ forgeryRefused }) => forgeryRefused);
  const isDone = isStarted && isMoved && rounds.every(({ isTaken }) => isTaken);
  const refusals = { forgedList, replayedPacket, oldKey, exhausted };
  return {
    ok: isDone && Object.values(refusals).every(Boolean),
    seed,
    devices: [...run.changes].map(([iccid, of]) => ({ iccid, changes: of })),
    refusals,
  };
}
