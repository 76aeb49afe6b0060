import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const shared = {
  setupFiles: [join(import.meta.dirname, 'property-seed.ts')],
  root: join(import.meta.dirname, '..'),
  // kafkajs retries fewer times, and differently, when it believes it is under test.
  env: { NODE_ENV: 'production' },
  // A second, as it would be, is too little where a busy machine lets a process wait: what is expected is no less for it.
  expect: { poll: { timeout: 10_000 } },
}

const excluded = ['**/node_modules/**', 'test/fixtures/**']
const folders = ['packages/*/src', 'packages/*/scripts', 'services/*/src', 'services/*/scripts', 'deploy', 'test']

export default defineConfig({
  root: shared.root,
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'pure',
          include: folders.map((folder) => `${folder}/**/*.test.ts`),
          exclude: [...excluded, '**/*.int.test.ts'],
          // Generous: on a busy machine a process takes a while to start.
          testTimeout: 20_000,
          hookTimeout: 30_000,
          // On two cores the default would be one worker.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // First: what is quick to fail should fail first.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: 'servers',
          include: folders.map((folder) => `${folder}/**/*.int.test.ts`),
          exclude: excluded,
          globalSetup: [join(import.meta.dirname, 'servers/global-setup.ts')],
          // Most of them wait most of the time, for sessions that run out. One broker and few cores: more would only be in one another's way.
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
