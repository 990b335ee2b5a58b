/**
 * Remote file management: command scripts on the card's files.
 *
 * Each packet has a session of its own, which begins in the applet's directory with the rights of
 * its access domain. The commands are the card's own, as far as they are about files and PINs.
 *
 * @see ETSI TS 102 226 §5, §6; docs/architecture.md, "Applets"
 * @module
 */

import type { CardAppletLogic } from '../applet.ts';
import { remoteSession, startOf } from '../remote-session.ts';
import { runCompactScript } from './compact-script.ts';
import { runExpandedScript } from './expanded-script.ts';

/** The logic behind the kind `remote-file-management`. */
export const remoteFileManagement: CardAppletLogic = ({ data }, context) => {
  const { applet, responseMax, memory } = context;
  if (applet.format === 'expanded') return runExpandedScript(data, context);
  const session = remoteSession(applet, startOf(memory.image, applet));
  return runCompactScript(data, {
    run: (command) => context.transmitIn(session, command),
    find: (ok, expected, found) => context.find(ok, expected, found),
    responseMax,
  });
};
