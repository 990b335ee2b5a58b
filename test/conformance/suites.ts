/**
 * All rows, by subject.
 *
 * @see ETSI TS 102 221 §10, §11; 3GPP TS 31.102 §7
 * @module
 */

import { AUTHENTICATE } from './authenticate.ts';
import { CHANNELS } from './channels.ts';
import { CLASS_AND_INSTRUCTION } from './class-and-instruction.ts';
import { FILES } from './files.ts';
import { CLASS_A0 } from './gsm.ts';
import { HABITS } from './habits.ts';
import { INCREASE } from './increase.ts';
import { LIFE_CYCLE } from './life-cycle.ts';
import { OBJECTS } from './objects.ts';
import { PIN } from './pin.ts';
import { READ_AND_UPDATE } from './read-and-update.ts';
import type { Row } from './row.ts';
import { SEARCH } from './search.ts';
import { SELECT } from './select.ts';
import { TOOLKIT } from './toolkit.ts';
import { TRANSPORT } from './transport.ts';

/** The rows of each subject. */
export const SUITES: readonly (readonly [title: string, rows: readonly Row[]])[] = [
  ['transport', TRANSPORT],
  ['class and instruction', CLASS_AND_INSTRUCTION],
  ['logical channels', CHANNELS],
  ['selection', SELECT],
  ['reading and updating', READ_AND_UPDATE],
  ['searching', SEARCH],
  ['increasing', INCREASE],
  ['data objects', OBJECTS],
  ['life cycle', LIFE_CYCLE],
  ['administration of files', FILES],
  ['PIN', PIN],
  ['authentication', AUTHENTICATE],
  ['toolkit', TOOLKIT],
  ['class A0', CLASS_A0],
  ['habits of programs', HABITS],
];
