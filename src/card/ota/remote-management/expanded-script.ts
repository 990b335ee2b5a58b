/**
 * Executes a command script in expanded format.
 *
 *     C-APDU              its R-APDU is reported; one that fails ends the script
 *     immediate action    done at once, or the script ends with a suspension error
 *     early response      what is behind it is executed, and not reported
 *     error action        done when a command behind it fails
 *     script chaining     the script goes on where the one before stood
 *     bad format          reported behind what was executed
 *
 * Nothing is executed that could not be reported: where the answer is full the script ends, and the
 * last R-APDU says that there would be more.
 *
 * @see ETSI TS 102 226 §5.2.1, §5.2.2
 * @module
 */

import { encodeCommandApdu } from '../../../apdu/command.ts';
import { decodeResponseApdu } from '../../../apdu/response.ts';
import { SW } from '../../../apdu/status-words.ts';
import {
  type ErrorAction,
  type ExpandedItem,
  type ImmediateAction,
  openExpandedScript,
  type ScriptPart,
} from '../../../ota/expanded-commands.ts';
import {
  type ExpandedResult,
  encodeExpandedResponse,
  type ScriptChainingError,
} from '../../../ota/expanded-responses.ts';
import type { BadFormat } from '../../../ota/expanded-template.ts';
import type { CardSession, ScriptChain } from '../../session.ts';
import type { CardContext } from '../applet.ts';
import { remoteSession, startOf } from '../remote-session.ts';
import { cutTo, goesOn } from './compact-script.ts';
import { queueAction } from './script-action.ts';
import { endChain, keepChain, openChain } from './script-chain.ts';

/** 'AB' or 'AF' with its length 4, number of executed TLVs 4, two errors that end the script 6. */
const FRAME_OCTETS = 14;
/** Tag and length of an R-APDU, and its SW. */
const R_APDU_OCTETS = 6;
const SUSPENSION_ERROR: ExpandedResult = {
  kind: 'immediate-action-response',
  error: 'suspension-error',
};

const UNABLE_TO_PROCESS: ExpandedResult = {
  kind: 'script-chaining-response',
  error: 'unable-to-process',
};
/** Tag of script chaining. */
const CHAINING = 0x83;

class ScriptRun {
  readonly results: ExpandedResult[] = [];
  executed = 0;
  isFailed = false;
  readonly #context: CardContext;
  #session: CardSession;
  #chain: { readonly part: ScriptPart; readonly chain: ScriptChain } | undefined;
  #errorAction: ErrorAction = { kind: 'none' };
  #isReporting = true;
  #room: number;

  constructor(context: CardContext) {
    this.#context = context;
    // What nobody hears of is executed all the same.
    this.#isReporting = context.responseMax > 0;
    this.#room = context.responseMax - FRAME_OCTETS;
    this.#session = remoteSession(context.applet, startOf(context.memory.image, context.applet));
  }

  /** Executes one TLV; false ends the script. */
  step(item: ExpandedItem | BadFormat): boolean {
    if (this.#isReporting && item.kind === 'c-apdu' && this.#room < R_APDU_OCTETS) {
      return this.#breakOff();
    }
    if (this.#isReporting) this.executed++;
    switch (item.kind) {
      case 'c-apdu':
        return this.#command(encodeCommandApdu(item.apdu));
      case 'immediate-action':
        return this.#act(item.action);
      case 'error-action':
        this.#errorAction = item.action;
        return true;
      case 'script-chaining':
        return this.#goOn(item.part);
      case 'bad-format':
        this.#context.find(false, 'TLVs of a script, AA or AE around them', item.error);
        return this.#fail(item);
      case 'reserved':
        return this.#fail(item.tag === CHAINING ? UNABLE_TO_PROCESS : SUSPENSION_ERROR);
    }
  }

  /** Keeps the chain, if the script is of one. */
  finish(): void {
    if (this.#chain === undefined) return;
    const { part, chain } = this.#chain;
    const isStored = keepChain(this.#context, part, chain, this.isFailed);
    if (!isStored) this.#report(UNABLE_TO_PROCESS);
  }

  #report(result: ExpandedResult): void {
    if (this.#isReporting) this.results.push(result);
  }

  #fail(result: ExpandedResult): false {
    this.isFailed = true;
    this.#report(result);
    return false;
  }

  #command(command: Uint8Array): boolean {
    const whole = decodeResponseApdu(this.#context.transmitIn(this.#session, command));
    const response = this.#isReporting ? cutTo(whole, this.#room - R_APDU_OCTETS) : whole;
    this.#room -= response.data.length + R_APDU_OCTETS;
    this.#report({ kind: 'r-apdu', response });
    if (goesOn(response.sw)) return true;
    this.isFailed = true;
    if (this.#errorAction.kind !== 'none') this.#queue(this.#errorAction);
    return false;
  }

  /** There is no room to report one more command. */
  #breakOff(): false {
    const last = this.results.pop();
    if (last?.kind !== 'r-apdu') throw new Error('nothing but an R-APDU fills the answer');
    const response = { data: last.response.data, sw: SW.moreDataAvailable };
    return this.#fail({ kind: 'r-apdu', response });
  }

  #queue(action: Parameters<typeof queueAction>[1]): boolean {
    const { terminal } = this.#context;
    const toolkit = queueAction(terminal.toolkit, action);
    if (toolkit === undefined) return false;
    terminal.toolkit = toolkit;
    return true;
  }

  #act(action: ImmediateAction): boolean {
    if (action.kind === 'early-response') {
      this.#isReporting = false;
      return true;
    }
    const isDone =
      action.kind === 'proactive-session'
        ? this.#context.terminal.toolkit.commands.length === 0
        : this.#queue(action);
    return isDone || this.#fail(SUSPENSION_ERROR);
  }

  #goOn(part: ScriptPart): boolean {
    const isNew = part === 'first' || part === 'first-kept';
    const refuse = (error: ScriptChainingError): false =>
      this.#fail({ kind: 'script-chaining-response', error });
    if (isNew && !endChain(this.#context)) return refuse('unable-to-process');
    const chain = isNew
      ? { session: this.#session, isKept: part === 'first-kept' }
      : openChain(this.#context);
    if (chain === undefined) return refuse('no-previous-script');
    this.#session = chain.session;
    this.#chain = { part, chain };
    return true;
  }
}

/**
 * Executes a script.
 *
 * @returns additional response data
 * @see ETSI TS 102 226 §5.2.1, §5.2.2
 */
export function runExpandedScript(script: Uint8Array, context: CardContext): Uint8Array {
  const { form, items } = openExpandedScript(script);
  const running = new ScriptRun(context);
  for (const item of items) if (!running.step(item)) break;
  running.finish();
  const { executed, results } = running;
  return encodeExpandedResponse({ form, executed, items: results });
}
