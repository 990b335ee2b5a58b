/**
 * The change of one device from A to B, step by step; each step does what can be done.
 *
 *     order ─▶ attach ─▶ send ─▶ hand over ─▶ attach ─▶ report
 *
 * A step that fails leaves the rest to the next: so the story runs on, whatever is damaged.
 *
 * @see docs/architecture.md, "What a sender knows"; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import type { DeliveryReport } from '../../../src/air/short-message.ts';
import type { Imsi } from '../../../src/bytes/identity.ts';
import type { Operator } from '../../../src/network/operator.ts';
import type { OtaOutcome } from '../../../src/network/ota-server.ts';
import type { OperatorData } from '../../../src/ota/operator-data.ts';
import type { Rig } from './rig.ts';

/**
 * What the present operator and the device do when a step fails. `patient`: the device comes back
 * at once, and the change is repeated until it is confirmed. `hasty`: the device stays away until
 * the lists are signed, with the change unconfirmed. `silent`: as hasty, and the change is never
 * repeated.
 */
export type Manner = 'patient' | 'hasty' | 'silent';

/** What becomes of a message or its report on the way. */
export type Loss = 'message' | 'report' | undefined;

const ATTEMPTS = 4;

/** A new operator asks the present one for the device. */
export async function order(
  rig: Rig,
  to: Operator = rig.b,
  imsi: Imsi = rig.newImsi,
  operatorData: OperatorData = {},
): Promise<void> {
  const { a, iccid } = rig;
  const devices = [{ iccid, imsi }];
  const id = rig.nextId('imsi');
  const list = await to.arrivals.imsiList({ id, to: a.name, devices, operatorData });
  const taken = await a.departures.takeImsiList(list);
  if (!taken.ok) throw new Error(`the order is refused: ${taken.refusal}`);
}

/** The present operator sends the device a command; the device answers if it can. */
export function send(
  rig: Rig,
  command: 'change' | 'cancel' | 'query' = 'change',
  lost: Loss = undefined,
  from: Operator = rig.a,
): OtaOutcome | { readonly kind: 'not-sent'; readonly refusal: string } {
  const { iccid, device } = rig;
  const sent = from.departures[command](iccid);
  if (!sent.ok) return { kind: 'not-sent', refusal: sent.refusal };
  let report: DeliveryReport | undefined;
  if (lost !== 'message' && !rig.isDown) report = device.deliver(sent.message).report;
  if (lost === 'report') report = undefined;
  return from.departures.receiveReport(iccid, report);
}

/** The new operator asks for the pairs that it may have by now. */
export async function fetchPairs(rig: Rig, to: Operator, list: string): Promise<void> {
  const id = rig.nextId('pairs');
  const request = await to.arrivals.pairRequest({ id, from: rig.a.name, list });
  if (request !== undefined)
    to.arrivals.takePairs(id, await rig.world.manufacturer.release(request));
}

/** List, and the pairs that it opens; then the pairs of those that have tried to attach since. */
export async function handOver(rig: Rig, to: Operator = rig.b): Promise<void> {
  const { a } = rig;
  const id = rig.nextId('transfer');
  const list = await a.departures.transferList({ id, to: to.name });
  if (list !== undefined) {
    const taken = await to.arrivals.takeTransferList(list);
    if (!taken.ok) throw new Error(`the transfer list is refused: ${taken.refusal}`);
    await fetchPairs(rig, to, id);
  }
  const [waiting] = to.arrivals.awaitingPairs();
  if (waiting !== undefined) await fetchPairs(rig, to, waiting.list);
}

/** The new operator reports first attaches; the former one gives the devices up. */
export async function report(rig: Rig, to: Operator = rig.b): Promise<void> {
  const { a } = rig;
  const jws = await to.arrivals.attachReport({ id: rig.nextId('arrived'), to: a.name });
  if (jws === undefined) return;
  const taken = await a.departures.takeAttachReport(jws);
  if (!taken.ok) throw new Error(`the attach report is refused: ${taken.refusal}`);
}

/** Runs the story once, from order to report. */
export async function story(rig: Rig, manner: Manner, operatorData?: OperatorData): Promise<void> {
  const comeBack = (): void => {
    if (rig.isDown && manner === 'patient') rig.powerCycle();
  };
  await order(rig, rig.b, rig.newImsi, operatorData);
  rig.device.attach();
  comeBack();
  let outcome = send(rig);
  for (let n = 1; n < ATTEMPTS && manner === 'patient' && outcome.kind !== 'confirmed'; n++) {
    comeBack();
    rig.device.attach();
    outcome = send(rig);
  }
  comeBack();
  await handOver(rig);
  rig.device.attach();
  comeBack();
  await report(rig);
}

/**
 * Plays the honest rest, until nobody has anything more to do: the device is switched off and on,
 * the change is repeated, lists are signed, pairs are fetched, the first attach is reported.
 */
export async function finish(rig: Rig, manner: Manner, to: Operator = rig.b): Promise<void> {
  const { departures } = rig.a;
  for (let round = 0; round < ATTEMPTS && departures.orders.has(rig.iccid); round++) {
    rig.powerCycle();
    // The first attach may only tell that the device has come: its pair is fetched then.
    rig.device.attach();
    await handOver(rig, to);
    rig.device.attach();
    await report(rig, to);
    if (manner !== 'silent' && departures.orders.has(rig.iccid)) send(rig);
  }
  rig.powerCycle();
}
