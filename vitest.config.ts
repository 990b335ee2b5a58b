import type { ViteUserConfig } from 'vitest/config';
import { CountLine } from './test/support/reporter.ts';

const config: ViteUserConfig = {
  test: {
    reporters: ['default', new CountLine()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/interop/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
};

export default config;
