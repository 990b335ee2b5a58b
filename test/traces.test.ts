import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createUicc } from '../src/card/uicc.ts';
import { DEFAULT_PROFILE } from '../src/profile/default-profile.ts';
import { runAlternative3b } from '../src/scenario/alternative-3b.ts';
import { formatTrace, parseTrace } from '../src/trace/apdu-text.ts';
import type { Trace, TraceStep } from '../src/trace/model.ts';
import { recordTrace } from '../src/trace/record.ts';
import { type ReplayReport, replaySynchronously } from '../src/trace/replay.ts';
import { pinSecrets } from '../src/trace/secrets.ts';
import { ROOT } from './support/source.ts';
import { withAnswersOf } from './support/update-traces.ts';

const FOLDER = join(ROOT, 'apdu-traces');
const STORY = 'story.apdu';
const UPDATE = 'UPDATE_TRACES=1 npx vitest run --project unit test/traces.test.ts';
const SECRETS = pinSecrets(DEFAULT_PROFILE);
/** Commands carry the PINs and UNBLOCK PINs of the built-in profile so. */
const PINS = [
  ...['31323334FFFFFFFF', '30303030FFFFFFFF', '3131313131313131'],
  ...['3132333435363738', '3837363534333231'],
];

const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.apdu'));

function readTrace(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

function replayTrace(trace: Trace): ReplayReport {
  return replaySynchronously(trace, createUicc(DEFAULT_PROFILE), SECRETS);
}

/** The trace with another last octet of SW in one answer. */
function damaged(trace: Trace, at: number): Trace {
  const steps = trace.steps.map((step, n): TraceStep => {
    if (n !== at || step.kind !== 'apdu' || step.response === undefined) return step;
    const last = Number(step.response.at(-1)) ^ 0xff;
    return { ...step, response: [...step.response.slice(0, -1), last] };
  });
  return { ...trace, steps };
}

/** The story, from the seed in its front matter. */
async function story(): Promise<string> {
  const { frontMatter } = parseTrace(readTrace(STORY), STORY);
  const recorder = recordTrace(frontMatter);
  await runAlternative3b({ changes: 3, seed: 'vuicc', observe: recorder.observe });
  return formatTrace(recorder.trace());
}

function updated(name: string): string {
  const trace = parseTrace(readTrace(name), name);
  return formatTrace(withAnswersOf(trace, createUicc(DEFAULT_PROFILE), SECRETS));
}

beforeAll(async () => {
  if (process.env.UPDATE_TRACES !== '1') return;
  for (const name of NAMES) {
    writeFileSync(join(FOLDER, name), name === STORY ? await story() : updated(name));
  }
});

describe.each(NAMES)('%s', (name) => {
  it('replays on the built-in card', () => {
    const { difference } = replayTrace(parseTrace(readTrace(name), name));
    const said = difference === undefined ? 'ok' : `${difference.meaning}; ${UPDATE}`;
    expect(said).toBe('ok');
  });

  it('is written in the one form that reading and writing leave unchanged', () => {
    const text = readTrace(name);
    expect(formatTrace(parseTrace(text, name))).toBe(text);
  });

  it('says which specification, which card, why, and where it comes from', () => {
    const { frontMatter } = parseTrace(readTrace(name), name);
    expect(frontMatter.map(([key]) => key)).toEqual(['spec', 'card', 'why', 'source']);
    expect(frontMatter.filter(([, value]) => value === '')).toEqual([]);
  });

  it('holds no PIN', () => {
    const text = readTrace(name);
    expect(PINS.filter((pin) => text.includes(pin))).toEqual([]);
  });
});

describe('a trace', () => {
  it.each(NAMES.filter((name) => name !== STORY))(
    'of which one answer is changed is refused at its line: each answer of %s',
    (name) => {
      const trace = parseTrace(readTrace(name), name);
      const answers = trace.steps.flatMap((step, at) =>
        step.kind === 'apdu' && typeof step.response?.at(-1) === 'number' ? [{ step, at }] : [],
      );
      const lines = answers.map(({ at }) => replayTrace(damaged(trace, at)).difference?.line);
      expect(lines).toEqual(answers.map(({ step }) => step.line));
    },
  );

  it('for people has five to fifteen exchanges', () => {
    const counts = NAMES.filter((name) => name !== STORY).map(
      (name) => parseTrace(readTrace(name)).steps.filter(({ kind }) => kind !== 'comment').length,
    );
    expect(counts.length).toBeGreaterThanOrEqual(10);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...counts)).toBeLessThanOrEqual(15);
  });
});

describe(STORY, () => {
  it('is what the scenario records', async () => {
    const isSame = (await story()) === readTrace(STORY);
    expect(isSame ? 'ok' : `${STORY} is stale; ${UPDATE}`).toBe('ok');
  });
});

describe('updating a trace', () => {
  const update = (text: string): string =>
    formatTrace(withAnswersOf(parseTrace(text), createUicc(DEFAULT_PROFILE), SECRETS));

  it('replaces what differs and leaves what matches, with patterns, remarks and comments', () => {
    const text = [
      '# why: a test',
      'reset',
      '< 3B ...',
      '# a comment',
      '> 00A40004023F00  SELECT MF',
      '< 61..  as it was',
      '> 00B0000001',
      '< 9000  a remark of a person',
      '> 00A40004026F99',
      '< 9000',
      '> 80F2000C00',
      '',
    ].join('\n');
    const changed = text
      .replace('< 9000  a remark', '< 6986  a remark')
      .replace('< 9000\n', '< 6A82  file not found\n');
    expect(update(text)).toBe(changed);
  });

  it('renews a remark that a program wrote', () => {
    expect(update('> 00A40004023F00\n< 6101  ok, 1 octets of response data are ready\n')).toBe(
      '> 00A40004023F00\n< 6122  ok, 34 octets of response data are ready\n',
    );
  });

  it('goes on behind an answer that differs, and keeps secrets out', () => {
    const hidden = '.'.repeat(16);
    const text = `> 0020000108${hidden}\n< 63C1\n> 0020000108${hidden}\n< 9000\n`;
    expect(update(text)).toBe(text.replace('63C1', '63C2  2 tries left'));
  });
});
