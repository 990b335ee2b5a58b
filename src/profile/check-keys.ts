/**
 * Checks PINs, key table and applets of a profile.
 *
 * @see 3GPP TS 33.102 §C.2.2 (SEQ and IND); ETSI TS 102 225 §5.1.2 (key version numbers)
 * @module
 */

import { unique } from './check-tree.ts';
import { count, type Path, type Report, show } from './faults.ts';
import type { CardProfile, KeyTableEntryProfile, SqnProfile } from './profile.ts';
import { type ProfileTree, plainPath } from './tree.ts';

const SQN_BITS = 48;
/** ADM1 to ADM10. */
const ADM = /^[08][A-E]$/i;

function checkPins(profile: CardProfile, report: Report): void {
  const uniqueReference = unique(report, 'a key reference of its own');
  const references = new Set<string>();
  for (const [n, { reference, enabled }] of profile.pins.entries()) {
    const at = ['pins', n];
    uniqueReference([...at, 'reference'], reference.toUpperCase());
    references.add(reference.toUpperCase());
    if (ADM.test(reference) && !enabled) {
      report([...at, 'enabled'], 'true, as an ADM key is always enabled', 'false');
    }
  }
  for (const [n, { pins }] of profile.directories.entries()) {
    for (const [p, reference] of pins.entries()) {
      const at = ['directories', n, 'pins', p];
      if (references.has(reference.toUpperCase())) continue;
      report(at, 'a key reference of $.pins', show(reference, at));
    }
  }
}

function checkSqn({ indBits, array }: SqnProfile, at: Path, report: Report): void {
  if (array === undefined) return;
  const path = [...at, 'array'];
  const elements = 2 ** indBits;
  if (array.length !== elements) {
    const expected = `${elements} SEQ, as indBits is ${indBits}`;
    report(path, expected, `${array.length}`);
  }
  for (const [n, seq] of array.entries()) {
    if (seq < 2 ** (SQN_BITS - indBits)) continue;
    report([...path, n], `a SEQ of ${count(SQN_BITS - indBits, 'bit')}`, `${seq}`);
  }
}

function checkEntry(entry: KeyTableEntryProfile, at: Path, report: Report): void {
  if ((entry.r === undefined) !== (entry.c === undefined)) {
    report(at, 'both of r and c, or neither', entry.r === undefined ? 'c alone' : 'r alone');
  }
  checkSqn(entry.sqn, [...at, 'sqn'], report);
  const uniqueKvn = unique(report, 'a key version number of its own');
  for (const [n, { kvn }] of entry.keySets.entries()) uniqueKvn([...at, 'keySets', n, 'kvn'], kvn);
}

/** Checks PINs, key table and applets. */
export function checkKeys(profile: CardProfile, tree: ProfileTree, report: Report): void {
  checkPins(profile, report);

  const { active, entries } = profile.keyTable;
  if (active >= entries.length) {
    const expected = entries.length === 1 ? '0' : `0 to ${entries.length - 1}`;
    report(['keyTable', 'active'], `${expected}, the index of an entry`, `${active}`);
  }
  for (const [n, entry] of entries.entries()) {
    checkEntry(entry, ['keyTable', 'entries', n], report);
  }

  const uniqueTar = unique(report, 'a TAR of its own');
  for (const [n, { tar, aid, startDirectory }] of profile.applets.entries()) {
    const at = ['applets', n];
    uniqueTar([...at, 'tar'], tar.toUpperCase());
    const tarOfAid = aid?.slice(24, 30);
    if (tarOfAid !== undefined && tarOfAid.toUpperCase() !== tar.toUpperCase()) {
      report([...at, 'aid'], `an AID with the TAR ${tar} in octets 13 to 15`, tarOfAid);
    }
    const path = [...at, 'startDirectory'];
    if (tree.directories.has(plainPath(startDirectory))) continue;
    report(path, 'a directory of $.directories', show(startDirectory, path));
  }
}
