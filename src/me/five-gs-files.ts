/**
 * The files of DF_5GS as an ME uses them: who it is in 5G, where it was, and with which keys.
 *
 *     EF_SUCI_Calc_Info, EF_Routing_Indicator    how the SUCI is made      service 124, without 125
 *     EF_SUPI_NAI                                of whom, when not of an IMSI    service 130
 *     EF_5GS3GPPLOCI                             where                     service 122
 *     EF_5GAUTHKEYS                              K_AUSF and K_SEAF         service 123
 *
 * They are read when the ME registers: at start-up nobody knows yet whether there is 5G.
 *
 * @see 3GPP TS 31.102 §4.4.11.2, §4.4.11.6, §4.4.11.8, §4.4.11.11
 * @module
 */

import { EF_Routing_Indicator, EF_SUCI_Calc_Info } from '../ef/concealment.ts';
import type { EfDefinition } from '../ef/definition.ts';
import { EF_SUPI_NAI } from '../ef/five-gs.ts';
import { EF_5GAUTHKEYS } from '../ef/keys.ts';
import { EF_5GS3GPPLOCI, NO_5GS_LOCI } from '../ef/location.ts';
import { isAvailable } from '../ef/services.ts';
import { ADF, readFile, updateFile } from './files.ts';
import type { Procedure } from './procedure.ts';
import { selectAdf } from './start-up.ts';
import type { FiveGsRegistration, MeState } from './state.ts';
import { isSuciByUsim } from './suci.ts';

const DIRECTORY = [ADF, 0x5fc0];
/** All of EF_5GAUTHKEYS: two keys with their tags and lengths. */
const AUTHKEYS_OCTETS = 68;

type Row = readonly [ef: EfDefinition<unknown>, service: number];

/** What the SUCI is made of. */
const SUCI_FILES: readonly Row[] = [
  [EF_SUCI_Calc_Info, 124],
  [EF_Routing_Indicator, 124],
  [EF_SUPI_NAI, 130],
];
const FILES: readonly Row[] = [...SUCI_FILES, [EF_5GS3GPPLOCI, 122], [EF_5GAUTHKEYS, 123]];

/** Reads those files that EF_UST tells of; what the SUCI is made of only if the ME makes it. */
export function* readFiveGsFiles(me: MeState): Procedure<void> {
  const services = me.subscription?.services ?? [];
  const isByUsim = isSuciByUsim(services);
  for (const row of FILES) {
    const [ef, service] = row;
    me.session.contents.delete(ef);
    if (!isAvailable(services, service) || (isByUsim && SUCI_FILES.includes(row))) continue;
    yield* readFile(me, { ef, path: [...DIRECTORY, ef.fid], sfi: undefined, service });
  }
  yield* selectAdf(me);
}

/**
 * Writes where the ME is registered, and with which keys.
 *
 * @throws {RangeError} the network gave a TAC that cannot be one
 */
export function* storeFiveGs(me: MeState, of: FiveGsRegistration): Procedure<void> {
  const { plmn, tac, kAusf, kSeaf } = of;
  const loci = { ...NO_5GS_LOCI, plmn, tac, status: 'updated' } as const;
  yield* updateFile(me, EF_5GS3GPPLOCI, loci, { directory: DIRECTORY });
  const keys = [
    { kind: 'k-ausf', value: kAusf },
    { kind: 'k-seaf', value: kSeaf },
  ] as const;
  yield* updateFile(me, EF_5GAUTHKEYS, keys, { directory: DIRECTORY });
  yield* selectAdf(me);
}

/** Makes the card forget both, after a final refusal. */
export function* forgetFiveGs(me: MeState): Procedure<void> {
  const nowhere = { ...NO_5GS_LOCI, status: 'roaming-not-allowed' } as const;
  yield* updateFile(me, EF_5GS3GPPLOCI, nowhere, { directory: DIRECTORY });
  const all = { directory: DIRECTORY, size: AUTHKEYS_OCTETS };
  yield* updateFile(me, EF_5GAUTHKEYS, [], all);
  yield* selectAdf(me);
}
