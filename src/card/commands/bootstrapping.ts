/**
 * AUTHENTICATE in the GBA context: keys for applications of the network (NAF) out of one AKA.
 *
 *     bootstrapping      DD 10 RAND 10 AUTN                ->  DB 08 RES,  or  DC 0E AUTS
 *     NAF derivation     DE length NAF_Id length IMPI      ->  DB 20 Ks_ext_NAF
 *
 * Bootstrapping keeps Ks and RAND on the card, and RAND in EF_GBABP too, where the ME adds B-TID
 * and lifetime. Each derivation is written down in EF_GBANL. CK, IK and Ks leave the card by no
 * path. Ks_int_NAF is not made: nothing on this card would use it.
 *
 * @see 3GPP TS 31.102 §7.1; 3GPP TS 33.220 §5.3.2, §G.1, §G.2
 * @module
 */

import { concat, equals, padded } from '../../bytes/octets.ts';
import { deriveKsExtNaf } from '../../crypto/gba.ts';
import { EF_GBABP, EF_GBABP_ISIM } from '../../ef/bootstrapping.ts';
import { berTlv } from '../../tlv/ber.ts';
import { valueIn } from '../active-application.ts';
import { answer, type CommandContext, cursorOf, filesOf, type Reply, refuse } from '../command.ts';
import { type Application, childOf } from '../files/file-system.ts';
import { judgeChallenge } from '../fresh-challenge.ts';
import type { BootstrappedKeys, Change, ElementaryNode, FileNumber } from '../memory.ts';
import { bootstrappedOf } from '../store/bootstrapped-keys.ts';

const MODE = { bootstrapping: 0xdd, nafDerivation: 0xde } as const;
const SUCCESS = 0xdb;
/** The objects of a record of EF_GBANL. */
const OBJECT = { nafId: 0x80, btid: 0x81 } as const;
const FREE = 0xff;
const NONE = new Uint8Array(0);

/** The files of either application. */
const GBABP = { usim: EF_GBABP, isim: EF_GBABP_ISIM } as const;
const GBANL_FID = { usim: 0x6fda, isim: 0x6fd7 } as const;
/** What EF_GBABP has at least: RAND and three lengths. */
const GBABP_OCTETS_MIN = 19;

interface OwnFile {
  readonly file: FileNumber;
  readonly node: ElementaryNode;
}

/** An EF that the card itself writes, whatever its rules and its life cycle. */
function ownFile(
  card: CommandContext,
  application: FileNumber,
  fid: number,
  structure: ElementaryNode['structure'],
): OwnFile | undefined {
  const file = childOf(filesOf(card), application, fid);
  if (file === undefined) return undefined;
  const node = card.memory.node(file);
  return node.kind === 'ef' && node.structure === structure ? { file, node } : undefined;
}

/** The ADF of the channel; the command has seen that it is active. */
function currentAdf(card: CommandContext): FileNumber {
  const { application } = cursorOf(card);
  if (application === undefined) throw new Error('no application is active');
  return application;
}

function bootstrap(card: CommandContext, kind: Application, data: Uint8Array): Reply {
  const fresh = judgeChallenge(card, data, true);
  if (fresh.kind !== 'fresh') return fresh;
  const { memory } = card;
  const application = currentAdf(card);
  const parameters = ownFile(card, application, GBABP[kind].fid, 'transparent');
  const size = parameters?.node.content.length ?? 0;
  if (parameters === undefined || size < GBABP_OCTETS_MIN) return refuse('no-memory-available');
  const rand = data.slice(1, 17);
  const { res, ck, ik } = fresh.challenge;
  // B-TID and lifetime are of the keys before, until the ME writes those of the new ones.
  const content = GBABP[kind].encode({ rand, btid: NONE, keyLifetime: NONE }, size);
  const records = bootstrappedOf(memory.root, application)?.records ?? [];
  const isStored = memory.commit([
    fresh.seq,
    { kind: 'content', file: parameters.file, content },
    { kind: 'bootstrapped', keys: { application, rand, ks: concat(ck, ik), records } },
  ]);
  if (!isStored) return refuse('not-stored');
  return answer(concat(Uint8Array.of(SUCCESS, res.length), res));
}

/**
 * Which record of EF_GBANL an application of the network gets: its own, else a free one, else one
 * that the card has not written, else that of the one whose derivation is the longest ago.
 *
 * @param nafId the data object that begins its record
 * @param latest records in the order of their derivations, the last one first
 * @returns from 1
 * @see 3GPP TS 33.220 §G.2
 */
function recordFor(
  { content, recordLength }: ElementaryNode,
  nafId: Uint8Array,
  latest: readonly number[],
): number {
  const turnOf = (record: number): number => {
    const turn = latest.indexOf(record);
    return turn < 0 ? latest.length : turn;
  };
  const count = content.length / recordLength;
  let free: number | undefined;
  let oldest = 1;
  for (let record = 1; record <= count; record++) {
    const start = (record - 1) * recordLength;
    if (equals(content.slice(start, start + nafId.length), nafId)) return record;
    if (free === undefined && content[start] === FREE) free = record;
    if (turnOf(record) > turnOf(oldest)) oldest = record;
  }
  return free ?? oldest;
}

/** Writes a derivation down; `undefined` when EF_GBANL has no room for it. */
function listed(
  card: CommandContext,
  kind: Application,
  keys: BootstrappedKeys,
  nafId: Uint8Array,
): Change[] | undefined {
  const list = ownFile(card, keys.application, GBANL_FID[kind], 'linear');
  if (list === undefined) return undefined;
  const { file, node } = list;
  const btid = valueIn(card, keys.application, GBABP[kind])?.btid ?? NONE;
  const name = berTlv(OBJECT.nafId, nafId);
  const written = concat(name, berTlv(OBJECT.btid, btid));
  if (written.length > node.recordLength) return undefined;
  const record = recordFor(node, name, keys.records);
  const content = node.content.slice();
  content.set(padded(written, node.recordLength), (record - 1) * node.recordLength);
  const records = [record, ...keys.records.filter((other) => other !== record)];
  return [
    { kind: 'content', file, content },
    { kind: 'bootstrapped', keys: { ...keys, records } },
  ];
}

function deriveNafKey(card: CommandContext, kind: Application, data: Uint8Array): Reply {
  const nafOctets = data[0] ?? 0;
  const impiOctets = data[1 + nafOctets] ?? 0;
  if (nafOctets === 0 || impiOctets === 0 || data.length !== 2 + nafOctets + impiOctets) {
    return refuse('wrong-length');
  }
  const keys = bootstrappedOf(card.memory.root, currentAdf(card));
  if (keys === undefined) return refuse('conditions-not-satisfied');
  const nafId = data.slice(1, 1 + nafOctets);
  const changes = listed(card, kind, keys, nafId);
  if (changes === undefined) return refuse('no-memory-available');
  if (!card.memory.commit(changes)) return refuse('not-stored');
  const key = deriveKsExtNaf(keys.ks, { rand: keys.rand, impi: data.slice(2 + nafOctets), nafId });
  return answer(concat(Uint8Array.of(SUCCESS, key.length), key));
}

/**
 * Does AUTHENTICATE in the GBA context. Whether the application offers it, and whether its user was
 * verified, is for the command to say.
 *
 * @see 3GPP TS 31.102 §7.1
 */
export function authenticateGba(card: CommandContext, kind: Application, data: Uint8Array): Reply {
  const [mode] = data;
  if (mode === MODE.bootstrapping) return bootstrap(card, kind, data.slice(1));
  if (mode === MODE.nafDerivation) return deriveNafKey(card, kind, data.slice(1));
  return refuse('wrong-length');
}
