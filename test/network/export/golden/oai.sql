BEGIN;
-- ICCID 89999010000000000013
REPLACE INTO `AuthenticationSubscription` (`ueid`, `authenticationMethod`,
  `encPermanentKey`, `protectionParameterId`, `sequenceNumber`,
  `authenticationManagementField`, `algorithmId`, `encOpcKey`, `supi`) VALUES
  ('001010123456789', '5G_AKA', '465b5ce8b199b49faa5f0a2ee238a6bc', '465b5ce8b199b49faa5f0a2ee238a6bc', '{"sqn":"000000000100","sqnScheme":"NON_TIME_BASED","lastIndexes":{"ausf":0}}',
  '8000', 'milenage', 'cd63cb71954a9f4e48a5994e37a02baf', '001010123456789');
REPLACE INTO `SessionManagementSubscriptionData` (`ueid`, `servingPlmnid`,
  `singleNssai`, `dnnConfigurations`) VALUES
  ('001010123456789', '00101', '{"sst":1,"sd":"010203"}',
  '{"iot.example":{"pduSessionTypes":{"defaultSessionType":"IPV4"},"sscModes":{"defaultSscMode":"SSC_MODE_1"},"5gQosProfile":{"5qi":9,"arp":{"priorityLevel":1,"preemptCap":"NOT_PREEMPT","preemptVuln":"NOT_PREEMPTABLE"},"priorityLevel":1},"sessionAmbr":{"uplink":"1000Mbps","downlink":"1000Mbps"}}}');
-- ICCID 89999010000000000021
REPLACE INTO `AuthenticationSubscription` (`ueid`, `authenticationMethod`,
  `encPermanentKey`, `protectionParameterId`, `sequenceNumber`,
  `authenticationManagementField`, `algorithmId`, `encOpcKey`, `supi`) VALUES
  ('310410000000001', '5G_AKA', '465b5ce8b199b49faa5f0a2ee238a6bc', '465b5ce8b199b49faa5f0a2ee238a6bc', '{"sqn":"000000000008","sqnScheme":"NON_TIME_BASED","lastIndexes":{"ausf":0}}',
  '8000', 'milenage', 'cd63cb71954a9f4e48a5994e37a02baf', '310410000000001');
REPLACE INTO `SessionManagementSubscriptionData` (`ueid`, `servingPlmnid`,
  `singleNssai`, `dnnConfigurations`) VALUES
  ('310410000000001', '310410', '{"sst":1,"sd":"010203"}',
  '{"iot.example":{"pduSessionTypes":{"defaultSessionType":"IPV4"},"sscModes":{"defaultSscMode":"SSC_MODE_1"},"5gQosProfile":{"5qi":9,"arp":{"priorityLevel":1,"preemptCap":"NOT_PREEMPT","preemptVuln":"NOT_PREEMPTABLE"},"priorityLevel":1},"sessionAmbr":{"uplink":"1000Mbps","downlink":"1000Mbps"}}}');
COMMIT;
