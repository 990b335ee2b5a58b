/**
 * Remote file management: command scripts on the card's files.
 *
 * Each packet has a session of its own, which begins in the applet's directory with the rights of
 * its access domain. The commands are the card's own, as far as they are about files and PINs.
 *
 * @see ETSI TS 102 226 §5, §6; docs/architecture.md, "Applets"
 * @module
 */

import type { CardAppletLogic, CardContext } from '../applet.ts';
import { dispatch } from '../dispatch.ts';
import { remoteSession, startOf } from '../remote-session.ts';
import type { CardSession } from '../session.ts';
import { runCompactScript } from './compact-script.ts';
import { runExpandedScript } from './expanded-script.ts';

function runIn(context: CardContext, session: CardSession, command: Uint8Array): Uint8Array {
  const response = dispatch(command, session, context.parts);
  context.findCommand(command, response);
  return response;
}

/** The logic behind the kind `remote-file-management`. */
export const remoteFileManagement: CardAppletLogic = ({ data }, context) => {
  const { applet, responseMax, memory } = context;
  if (applet.format === 'expanded') {
    return runExpandedScript(data, context, (session, command) => runIn(context, session, command));
  }
  const session = remoteSession(applet, startOf(memory.image, applet));
  return runCompactScript(data, (command) => runIn(context, session, command), responseMax);
};
