/**
 * What to set, in the terms of the programs that people run: a table, and no judgement.
 *
 * The page below says where the names of fields and how each counts were read, and what was not.
 *
 * @see docs/aka-diagnose.md, "Programs"
 * @module
 */

import { sqnText } from '../bytes/sqn.ts';
import type { AkaDiagnosis } from '../card/aka/diagnosis.ts';
import type { AkaTopic } from '../card/aka/mistake.ts';

/** What to set for each topic; `sqn` gets the SQN that the card takes next, and its IND width. */
interface Advice {
  readonly keys: string;
  readonly algorithm: string;
  readonly token: string;
  readonly sqn: (next: number, indBits: number) => string;
  readonly amf: string;
  readonly auts: string;
}

/** The programs. */
export const PROGRAMS = ['open5gs', 'free5gc', 'osmohlr', 'ueransim', 'srsue', 'oai'] as const;

/** A program that plays the network or the card. */
export type ProgramName = (typeof PROGRAMS)[number];

/** Those for EPS and 5G, where the terminal asks for the separation bit. */
export const EPS_PROGRAMS: readonly ProgramName[] = PROGRAMS.filter((name) => name !== 'osmohlr');

/** IND of all of them, in bits. */
export const PROGRAMS_IND_BITS = 5;

const OWN_AUTN = 'makes AUTN right by itself: look at what is between it and the card';

const ADVICE: Readonly<Record<ProgramName, Advice>> = {
  open5gs: {
    keys: 'Open5GS: security.k and security.opc of the subscriber, or security.op and no opc.',
    algorithm: 'Open5GS has MILENAGE alone, with the r and c of TS 35.206.',
    token: `Open5GS ${OWN_AUTN}.`,
    sqn: (next) =>
      `Open5GS: security.sqn of the subscriber is the SQN of the next vector, and grows by 32; ` +
      `AUTS sets it to SQN_MS + 33. Set NumberLong("${next}").`,
    amf: 'Open5GS: security.amf of the subscriber, "8000".',
    auts: 'Open5GS says "Re-synch MAC failed" in the log of its HSS or UDM, and keeps its SQN.',
  },
  free5gc: {
    keys: 'free5GC: permanentKey and opc of the authenticationSubscription, or in the webconsole.',
    algorithm: 'free5GC has MILENAGE alone, with the r and c of TS 35.206.',
    token: `free5GC ${OWN_AUTN}.`,
    sqn: (next) =>
      `free5GC: sequenceNumber of the authenticationSubscription is the SQN of the next vector, ` +
      `and grows by 1; AUTS sets it to SQN_MS + 33, in older versions modulo 7ffffffffff. Set ` +
      `"${sqnText(next)}", and again when the webconsole has saved it.`,
    amf: 'free5GC: authenticationManagementField of the authenticationSubscription, "8000".',
    auts: 'free5GC says "Re-Sync MAC failed" in the log of its UDM, and keeps its SQN.',
  },
  osmohlr: {
    keys:
      'OsmoHLR: "subscriber imsi IMSI update aud3g milenage k K opc OPC" (or op OP) at its VTY, ' +
      'which takes SQN back to 0.',
    algorithm: 'OsmoHLR: milenage, xor or tuak in "update aud3g".',
    token: `OsmoHLR ${OWN_AUTN}.`,
    sqn: (next, indBits) =>
      `OsmoHLR: sqn of table auc_3g is the SQN of the last vector; SEQ grows by 1, IND is that ` +
      `of the VLR or SGSN, ind-bitlen its width, and AUTS sets SQN_MS. Set ` +
      `${next - (next % 2 ** indBits) - 2 ** indBits}.`,
    amf: 'OsmoHLR sets the separation bit itself when vectors are asked for EPS.',
    auts: 'OsmoHLR says "Error in 3G vector generation" in its log, and keeps its SQN.',
  },
  ueransim: {
    keys: 'UERANSIM, as the card: key, op and opType ("OP" or "OPC") of the UE.',
    algorithm: 'UERANSIM, as the card, has MILENAGE alone, with the r and c of TS 35.206.',
    token:
      'UERANSIM, as the card, computes the MAC over amf of its own configuration, and not over ' +
      'AMF of AUTN: amf must be that of the network. Else look at the network.',
    sqn: () =>
      'UERANSIM, as the card, has IND of 5 bits and delta 2^28, and begins at 0 with each start; ' +
      'a lower SEQ on another IND it refuses. Start the UE again, or let AUTS set the network.',
    amf:
      'UERANSIM wants the separation bit before it looks at the MAC, which it computes over its ' +
      'own amf: set 8000 both in the network and in amf of the UE.',
    auts: 'UERANSIM makes AUTS right by itself: look at RAND, which AUTS goes with.',
  },
  srsue: {
    keys:
      'srsUE, as the card: k, and opc or op, in [usim] of ue.conf. srsEPC: Key, OP_Type and ' +
      'OP/OPc in user_db.csv.',
    algorithm:
      'srsUE, as the card: algo = milenage or xor in [usim] of ue.conf. srsEPC: Auth in ' +
      'user_db.csv, mil or xor.',
    token: 'srsUE compares AUTN with its own, and says that the network authentication failed.',
    sqn: (next) =>
      `srsUE with mode = soft does not judge SQN and never answers AUTS; a card behind ` +
      `mode = pcsc does both. srsEPC: SQN in user_db.csv is that of the next vector. Set ` +
      `${sqnText(next)}.`,
    amf: 'srsEPC: AMF in user_db.csv, "8000".',
    auts: 'srsUE with mode = soft makes no AUTS: it comes from a card behind mode = pcsc.',
  },
  oai: {
    keys:
      'OAI: encPermanentKey and encOpcKey of table AuthenticationSubscription; key and opc of ' +
      'uicc0 in the configuration of nr-uesoftmodem.',
    algorithm:
      'OAI: algorithmId of table AuthenticationSubscription, "milenage" with the r and c of ' +
      'TS 35.206, or in newer versions "xor".',
    token: `OAI ${OWN_AUTN}.`,
    sqn: (next) =>
      `OAI: "sqn" in sequenceNumber of table AuthenticationSubscription; the UDM adds 32 before ` +
      `each vector and 32 behind it, and AUTS sets SQN_MS; an HSS of openair-cn adds 32 for each ` +
      `AUTS and does not take SQN_MS. Set "${sqnText(next)}".`,
    amf: 'OAI: authenticationManagementField of table AuthenticationSubscription, "8000".',
    auts: 'OAI keeps its SQN when MAC-S is wrong.',
  },
};

/**
 * Says what to set in a program.
 *
 * @returns `undefined` when nothing is wrong, or the card takes no SQN any more
 */
export function adviceOf(
  program: ProgramName,
  { mistake, card: { next, indBits } }: AkaDiagnosis,
): string | undefined {
  if (mistake === undefined) return undefined;
  const topic: AkaTopic = mistake.topic;
  const advice = ADVICE[program];
  if (topic !== 'sqn') return advice[topic];
  return next === undefined ? undefined : advice.sqn(next, indBits);
}
