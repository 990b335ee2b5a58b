/**
 * What the card remembers of the network: location, keys, and networks that are forbidden.
 *
 *     accepted   EF_LOCI, EF_EPSLOCI: where; EF_Keys, EF_KeysPS: with which keys
 *     refused    the same files say "nowhere" and "no keys"; EF_FPLMN names a visited network
 *
 * @see 3GPP TS 31.102 §4.2.3, §4.2.17, §4.2.91; 3GPP TS 23.122 (forbidden PLMNs)
 * @module
 */

import type { Imsi, Plmn } from '../bytes/identity.ts';
import { EF_Keys, EF_KeysPS, NO_KEYS, type SessionKeys } from '../ef/keys.ts';
import { EF_EPSLOCI, EF_LOCI, NO_EPSLOCI, NO_LOCI } from '../ef/location.ts';
import { EF_EHPLMN, EF_FPLMN } from '../ef/plmn-lists.ts';
import { updateFile } from './files.ts';
import { type Procedure, uplink, uplink5g } from './procedure.ts';
import { contentOf, type MeState, type Registration } from './state.ts';

const PLMN_OCTETS = 3;

/**
 * Writes where the ME is registered.
 *
 * The GUTI stays empty: what the network sends here has no place for one.
 *
 * @throws {RangeError} the network gave a LAC or a TMSI that cannot be one
 */
export function* storeLocation(me: MeState, { plmn, lac, tmsi }: Registration): Procedure<void> {
  yield* updateFile(me, EF_LOCI, { ...NO_LOCI, tmsi, plmn, lac, status: 'updated' });
  yield* updateFile(me, EF_EPSLOCI, { ...NO_EPSLOCI, plmn, tac: lac, status: 'updated' });
}

/** Writes the keys of both domains. */
export function* storeKeys(me: MeState, keys: SessionKeys): Procedure<void> {
  yield* updateFile(me, EF_Keys, keys);
  yield* updateFile(me, EF_KeysPS, keys);
}

/** Makes the card forget where it was registered, after a final refusal. */
export function* forgetRegistration(me: MeState): Procedure<void> {
  yield* updateFile(me, EF_LOCI, NO_LOCI);
  yield* updateFile(me, EF_EPSLOCI, { ...NO_EPSLOCI, status: 'roaming-not-allowed' });
  yield* storeKeys(me, NO_KEYS);
}

/** Leaves the network, and that of 5G, where the ME is registered. */
export function* leaveNetwork(me: MeState, imsi: Imsi): Procedure<void> {
  const { registration, fiveGs } = me;
  me.registration = undefined;
  me.fiveGs = undefined;
  if (registration !== undefined) yield* uplink({ kind: 'detach', imsi });
  if (fiveGs !== undefined) yield* uplink5g({ kind: 'deregistration', suci: fiveGs.suci });
}

/**
 * Puts a visited network on the list of forbidden ones: in the first free entry, or, when the list
 * is full, behind the others, of which the first is dropped.
 *
 * A home network is never forbidden, nor is one that counts as such.
 */
export function* forbidNetwork(me: MeState, visited: Plmn): Procedure<void> {
  const homes = [me.subscription?.homePlmn, ...(contentOf(me, EF_EHPLMN) ?? [])];
  const list = [...(contentOf(me, EF_FPLMN) ?? [])];
  if (homes.includes(visited) || list.includes(visited)) return;
  const octets = me.session.contents.get(EF_FPLMN)?.[0]?.length ?? 0;
  const free = list.indexOf(undefined);
  if (free >= 0) list[free] = visited;
  else list.push(visited);
  yield* updateFile(me, EF_FPLMN, list.slice(-Math.floor(octets / PLMN_OCTETS)));
}
