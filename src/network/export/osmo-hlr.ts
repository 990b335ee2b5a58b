/**
 * Subscribers of OsmoHLR: SQL for its database, `sqlite3 -bail hlr.db < FILE`.
 *
 *     subscriber   imsi, msisdn
 *     auc_3g       algo_id_3g 5 (MILENAGE), k, opc, sqn, ind_bitlen
 *
 * OsmoHLR takes the SEQ behind `sqn`, with an IND of its own for each VLR and of the width that the
 * card has. An IMSI that is there gets these keys; its MSISDN stays when the card has none. GSM
 * triplets are made of the same keys.
 *
 * @see docs/export.md, "OsmoHLR"
 * @module
 */

import { type FormatWriter, linesText } from './services.ts';
import type { ExportedSubscription } from './subscription.ts';

/** MILENAGE among the algorithms of libosmocore. */
const MILENAGE = 5;

function statementsOf(subscription: ExportedSubscription): string[] {
  const { iccid, imsi, msisdn, k, opc, sqn, indBits } = subscription;
  const number = msisdn === undefined ? 'NULL' : `'${msisdn}'`;
  const conflict = msisdn === undefined ? 'NOTHING' : 'UPDATE SET msisdn = excluded.msisdn';
  return [
    `-- ICCID ${iccid}`,
    `INSERT INTO subscriber (imsi, msisdn) VALUES ('${imsi}', ${number})`,
    `ON CONFLICT (imsi) DO ${conflict};`,
    'INSERT OR REPLACE INTO auc_3g (subscriber_id, algo_id_3g, k, opc, sqn, ind_bitlen)',
    `SELECT id, ${MILENAGE}, '${k}', '${opc}', ${sqn}, ${indBits}`,
    `FROM subscriber WHERE imsi = '${imsi}';`,
  ];
}

/** Writes the statements, all of which are done or none. */
export const writeOsmoHlr: FormatWriter = (subscriptions) =>
  linesText(['BEGIN;', ...subscriptions.flatMap(statementsOf), 'COMMIT;']);
