import { spawnSync } from 'node:child_process'

// The whole tree with Node's types, then the pure packages without them.
const programs = ['test/tsconfig.json', 'test/pure/tsconfig.json']
const failed = programs.filter((project) => spawnSync('tsc', ['-p', project], { stdio: 'inherit' }).status !== 0)
process.exitCode = failed.length === 0 ? 0 : 1
