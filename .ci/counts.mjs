// counts.mjs REPORT EXIT_CODE: "passed failed" of vitest's JSON report. A test that was skipped, a file that could not be
// loaded, and a run that failed without saying which test all count as failed.
import { readFileSync } from 'node:fs'

const [file = '', exitCode = ''] = process.argv.slice(2)

try {
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const skipped = report.numPendingTests + (report.numTodoTests ?? 0)
  const unloaded = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0)
  const failed = report.numFailedTests + skipped + unloaded.length
  if (skipped > 0) process.stderr.write(`${skipped} tests were skipped: here every test runs\n`)
  const silent = failed === 0 && exitCode !== '0' ? 1 : 0
  process.stdout.write(`${report.numPassedTests} ${failed + silent}\n`)
} catch (error) {
  process.stderr.write(`the tests left no report: ${error.message}\n`)
  process.stdout.write('0 1\n')
}
