/**
 * The public surface: a virtual UICC, the ME and the network that drive it, and their tools.
 *
 * Nothing here touches files, sockets, clocks or dice; all of it runs in a browser.
 *
 * @see docs/architecture.md, "Layers"
 * @module
 */

export type { DownlinkMessage, RadioNetwork, UplinkMessage } from './air/attach.ts';
export type {
  FiveGNetwork,
  RegistrationDownlink,
  RegistrationUplink,
} from './air/registration.ts';
export type { DeliveryReport, ShortMessageDown, ShortMessageUp } from './air/short-message.ts';
export { type Atr, decodeAtr } from './apdu/atr.ts';
export { CardOnLine, type CardOnLineOptions } from './apdu/card-on-line.ts';
export {
  type CommandApdu,
  decodeCommandApdu,
  encodeCommandApdu,
} from './apdu/command.ts';
export type { CommitLog } from './apdu/commit-log.ts';
export {
  type CardConnection,
  ConnectionLost,
  connect,
  type Exchange,
  type SynchronousCard,
  traced,
} from './apdu/connection.ts';
export {
  type FailingCard,
  type FaultEvent,
  type FaultPlan,
  failingCard,
  type PlannedFault,
} from './apdu/fault-plan.ts';
export {
  type CardEnd,
  type LineProcedure,
  type LineRequest,
  type LineResult,
  runOnLine,
} from './apdu/line.ts';
export { guardedPins, LastTryRefused, type PinGuardOptions } from './apdu/pin-guard.ts';
export { decodePps, type Pps, proposePps, type TransmissionParameters } from './apdu/pps.ts';
export {
  decodeResponseApdu,
  encodeResponseApdu,
  type ResponseApdu,
  type StatusWord,
} from './apdu/response.ts';
export { describeStatusWord } from './apdu/status-words.ts';
export { type T0Failure, transmitT0 } from './apdu/t0-terminal.ts';
export { decodeT1Block, type T1Block, t1ParametersOf } from './apdu/t1-block.ts';
export { type T1Failure, T1Terminal } from './apdu/t1-terminal.ts';
export { type Address, address } from './bytes/address.ts';
export { DecodeError } from './bytes/errors.ts';
export { fromHex, toHex } from './bytes/hex.ts';
export { type Iccid, type Imsi, iccid, imsi, type Plmn, plmn } from './bytes/identity.ts';
export { homeDomain, impi, impu } from './bytes/ims.ts';
export { concat } from './bytes/octets.ts';
export type { SuciProfile } from './bytes/suci.ts';
export { type AkaDiagnosis, diagnoseAka } from './card/aka/diagnosis.ts';
export type { AkaCard, AkaExchange, AkaMistake, SenderFacts } from './card/aka/mistake.ts';
export { makeImage } from './card/image.ts';
export type { CardImage, CardRoot } from './card/memory.ts';
export type { AppletContext, AppletKinds, AppletLogic } from './card/ota/applet.ts';
export { type Explanation, explainMessages } from './card/ota/explanation.ts';
export { describeFinding, type Finding, type FindingListener } from './card/ota/finding.ts';
export { type CardDump, profileOf } from './card/profile-of.ts';
export { rootAfter } from './card/store/commit-codec.ts';
export { imageDigest } from './card/store/kept-state.ts';
export { createUicc, restoreUicc, Uicc, type UiccOptions } from './card/uicc.ts';
export type {
  AuthenticationAlgorithm,
  AuthenticationAlgorithms,
  OwnSecret,
} from './crypto/algorithms.ts';
export type {
  AuthenticationChallenge,
  AuthenticationKey,
  AuthenticationOutput,
  GsmAnswer,
} from './crypto/authentication-key.ts';
export {
  type AkaKeys,
  type DerivationContext,
  deriveAkaPrimeKeys,
  deriveHresStar,
  deriveKAmf,
  deriveKAsme,
  deriveKAusf,
  deriveKSeaf,
  deriveResStar,
  servingNetworkName,
} from './crypto/key-derivation.ts';
export {
  deriveOpc,
  expandMilenageKey,
  type MilenageKey,
  type MilenageOutput,
  milenage,
} from './crypto/milenage.ts';
export {
  type ConcealResult,
  concealSupi,
  type RevealResult,
  revealSupi,
  suciPublicKey,
} from './crypto/suci.ts';
export {
  deriveTopc,
  expandTuakKey,
  type TuakKey,
  type TuakParameters,
  tuak,
} from './crypto/tuak.ts';
export { expandXorKey, type XorParameters } from './crypto/xor.ts';
export { decodeAccessRules, EF_ACCESS, isAllowed } from './ef/access-rules.ts';
export type { EfDefinition } from './ef/definition.ts';
export { efDefinition } from './ef/definitions.ts';
export { type CardKey, type CardReadingResult, readCardOf } from './me/card-reader.ts';
export {
  MobileEquipment,
  type MobileEquipmentOptions,
} from './me/mobile-equipment.ts';
export { type Procedure, runProcedure, runProcedureAsync } from './me/procedure.ts';
export {
  type DeConcealmentResult,
  type HomeNetworkKeys,
  type HomeNetworkPrivateKey,
  revealSuci,
  type Supi,
} from './network/de-concealment.ts';
export {
  type ExportFormat,
  type ExportResult,
  type ExportSide,
  exportSubscriptions,
} from './network/export/formats.ts';
export type { ExportedServices, Slice } from './network/export/services.ts';
export {
  type ExportedSubscription,
  exportedSubscription,
  type SubscriptionResult,
} from './network/export/subscription.ts';
export type { FreshCommandPacket } from './ota/counter.ts';
export { type KeySet, type OtaAlgorithm, type OtaKey, otaKey } from './ota/key-set.ts';
export type { Mistake, MistakeName } from './ota/mistakes/mistake.ts';
export {
  openResponsePacket,
  type ResponsePacket,
  type ResponseStatus,
} from './ota/response-packet.ts';
export {
  openCommandPacket,
  type PacketKeys,
  sealCommandPacket,
  splitCommandPacket,
} from './ota/secured-packet.ts';
export { decodeSpi, encodeSpi, type Spi } from './ota/spi.ts';
export { type BatchOptions, makeBatch } from './profile/batch.ts';
export { type CardReading, type ReadProfile, readProfileOf } from './profile/card-reading.ts';
export { checkProfile, type ProfileResult, parseProfile } from './profile/check.ts';
export { DEFAULT_PROFILE } from './profile/default-profile.ts';
export { diffProfiles, type ProfileDifference } from './profile/diff.ts';
export { profileHints } from './profile/hints.ts';
export { personalise } from './profile/personalise.ts';
export type { AppletProfile, CardProfile } from './profile/profile.ts';
export { type CardServices, type WantedServices, withServices } from './profile/services.ts';
export { withoutSecrets } from './profile/without-secrets.ts';
export {
  type Options3b,
  type Report3b,
  runAlternative3b,
} from './scenario/alternative-3b.ts';
export { seededRandomness } from './scenario/randomness.ts';
export { berTlv, decodeBerTlvs, type Tlv } from './tlv/ber.ts';
export { formatTrace, parseTrace } from './trace/apdu-text.ts';
export { describeCommand } from './trace/describe.ts';
export { type FaultPlanResult, parseFaultPlan } from './trace/fault-file.ts';
export { gsmtapPackets } from './trace/gsmtap.ts';
export type { Trace } from './trace/model.ts';
export { pcapngHeader, pcapngPacket } from './trace/pcapng.ts';
export { exchangeText, recordTrace } from './trace/record.ts';
export { type ReplayReport, replay } from './trace/replay.ts';
export { pinSecrets } from './trace/secrets.ts';
