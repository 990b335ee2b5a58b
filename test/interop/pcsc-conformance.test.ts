/**
 * The conformance suite through pcscd: all rows on a card that becomes new for each of them, and
 * with CARD=pcsc:NAME those that leave no trace.
 *
 * @see docs/pcsc.md; ETSI TS 102 221 §10, §11
 * @module
 */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReader, type PcscConnection } from '../../src/transport/pcsc.ts';
import { collect } from '../cli/support/program.ts';
import type { CardUnderTest } from '../conformance/card-under-test.ts';
import { conformanceSuite } from '../conformance/suite.ts';
import { SUITES } from '../conformance/suites.ts';
import { ROOT } from '../support/source.ts';
import { type Pcscd, SLOTS, startPcscd } from './support/pcscd.ts';

const [READER = ''] = SLOTS;

let pcscd: Pcscd;
let program: ChildProcess;
let opened: PcscConnection | undefined;

async function close(): Promise<void> {
  await opened?.close();
  opened = undefined;
}

const CARD: CardUnderTest = {
  name: 'a card behind pcscd',
  async make() {
    opened ??= await openReader({ name: READER });
    program.send('new');
    await once(program, 'message');
    return opened;
  },
  leavesOut: async () => undefined,
  close,
};

beforeAll(async () => {
  pcscd = await startPcscd();
  Object.assign(process.env, pcscd.env);
  const card = ['--import', 'tsx', 'test/interop/support/fresh-card.ts'];
  program = pcscd.runInside(process.execPath, card, 'ipc');
  await pcscd.whenCard(0, true);
});

afterAll(async () => {
  await close();
  await pcscd?.stop();
});

for (const [title, rows] of SUITES) await conformanceSuite(CARD, title, rows);

describe('CARD=pcsc:NAME', () => {
  const VITEST = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=verbose'];
  const suite = (card: string) =>
    collect(
      'env',
      [
        ...[`CARD=${card}`, 'NO_COLOR=1', process.execPath],
        ...[...VITEST, '--project', 'unit', 'test/conformance'],
      ],
      { cwd: ROOT },
    );

  it('runs the suite on the card in that reader', async () => {
    await CARD.make();
    await close();
    const { code, stdout } = await suite('pcsc:00 00');
    expect(stdout).toMatch(/PIN, on the card in reader "00 00"; P02 [^;]* left out: they change/u);
    expect(stdout).toMatch(/Tests {2}\d+ passed \(/u);
    expect(code).toBe(0);
  });

  it('fails when there is no such reader', async () => {
    const { code, stdout, stderr } = await suite('pcsc:none');
    expect(stdout + stderr).toContain('reader "none": no reader has this name');
    expect(code).toBe(1);
  });
});
