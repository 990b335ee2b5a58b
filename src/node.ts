/**
 * `vuicc/node`: what needs Node.js. Cards on disk and in readers, and captures.
 *
 * @see docs/embed.md, docs/pcsc.md
 * @module
 */

export {
  type Capture,
  type CaptureOptions,
  openCapture,
} from './transport/capture.ts';
export { StateFileError } from './transport/locked-file.ts';
export {
  listReaders,
  openReader,
  type PcscConnection,
  type ReaderChoice,
} from './transport/pcsc.ts';
export { ReaderError } from './transport/smartcard-package.ts';
export {
  type Durability,
  openStateFile,
  readStateFile,
  type StateFile,
  type StateFileOptions,
} from './transport/state-file.ts';
export {
  insertCard,
  VPCD_PORT,
  type VpcdEvent,
  type VpcdOptions,
  type VpcdSlot,
} from './transport/vpcd.ts';
