BEGIN;
-- ICCID 89999010000000000013
INSERT INTO subscriber (imsi, msisdn) VALUES ('001010123456789', '49171234567')
ON CONFLICT (imsi) DO UPDATE SET msisdn = excluded.msisdn;
INSERT OR REPLACE INTO auc_3g (subscriber_id, algo_id_3g, k, opc, sqn, ind_bitlen)
SELECT id, 5, '465b5ce8b199b49faa5f0a2ee238a6bc', 'cd63cb71954a9f4e48a5994e37a02baf', 256, 5
FROM subscriber WHERE imsi = '001010123456789';
-- ICCID 89999010000000000021
INSERT INTO subscriber (imsi, msisdn) VALUES ('310410000000001', NULL)
ON CONFLICT (imsi) DO NOTHING;
INSERT OR REPLACE INTO auc_3g (subscriber_id, algo_id_3g, k, opc, sqn, ind_bitlen)
SELECT id, 5, '465b5ce8b199b49faa5f0a2ee238a6bc', 'cd63cb71954a9f4e48a5994e37a02baf', 8, 3
FROM subscriber WHERE imsi = '310410000000001';
COMMIT;
