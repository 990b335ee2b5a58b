/**
 * The card session of an applet: its own way to the card's files.
 *
 * It begins in the applet's directory with the rights of its access domain, knows nothing of the
 * terminal's channels, PINs and proactive commands, and they know nothing of it.
 *
 * @see ETSI TS 102 226 §5.1 (remote commands); docs/architecture.md, "Applets"
 * @module
 */

import { EMPTY_SESSION } from '../../cat/session.ts';
import { emptyReassembly } from '../../ota/reassembly.ts';
import type { Cursor } from '../files/file-system.ts';
import { AT_MF } from '../gsm/place.ts';
import type { AppletEntry, CardImage, FileNumber } from '../memory.ts';
import { type CardSession, MANNER } from '../session.ts';
import { decodeAccessDomain } from './access-domain.ts';

const NO_PARTS = emptyReassembly();

/** The ADF that a directory is or lies in; `undefined` outside of all. */
function applicationOf(image: CardImage, directory: FileNumber): FileNumber | undefined {
  for (let at = directory; ; ) {
    const node = image.nodes[at];
    if (node?.kind !== 'directory') return undefined;
    if (node.aid !== undefined) return at;
    if (node.parent === at) return undefined;
    at = node.parent;
  }
}

/** Where an applet's session begins. */
export function startOf(image: CardImage, { startDirectory }: AppletEntry): Cursor {
  const application = applicationOf(image, startDirectory);
  return { application, directory: startDirectory, ef: undefined, record: undefined };
}

/**
 * Makes a session for an applet.
 *
 * @param cursor where it begins
 * @see ETSI TS 102 226 §5.1
 */
export function remoteSession(applet: AppletEntry, cursor: Cursor): CardSession {
  return {
    manner: MANNER[applet.format],
    isRemote: true,
    domain: decodeAccessDomain(applet.accessDomain),
    dialect: 'uicc',
    place: AT_MF,
    channels: [cursor],
    knowsExtendedChannels: false,
    verified: new Set(),
    pending: undefined,
    toolkit: EMPTY_SESSION,
    reassembly: NO_PARTS,
    nextReference: undefined,
    resumeToken: undefined,
    chains: new Map(),
  };
}
