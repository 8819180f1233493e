// Prints one line, `N passed, N failed, N skipped`, over the report that vitest's JSON reporter wrote to the given file.
// Fails when a test failed, when a suite ran no test, or when there is no report to read.
import { readFileSync } from 'node:fs'

const { passed, failed, skipped, problems } = summaryOf(readReport(process.argv[2]))
for (const problem of problems) console.error(problem)
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed > 0 ? 1 : 0

/** @returns {object | undefined} nothing when vitest ended before it could write a report. */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    console.error(`There is no report of the tests: ${error.message}`)
    return undefined
  }
}

function summaryOf(report) {
  if (!report) return { passed: 0, failed: 1, skipped: 0, problems: [] }
  const problems = []
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const file of report.testResults) {
    for (const test of file.assertionResults) counts[test.status in counts ? test.status : 'skipped'] += 1
    // A file that cannot be loaded has no tests of which one could fail.
    if (file.assertionResults.every((test) => test.status !== 'passed' && test.status !== 'failed')) {
      counts.failed += 1
      problems.push(`No test ran in ${file.name}${file.message ? `: ${file.message}` : ''}`)
    }
  }
  if (report.testResults.length === 0) {
    counts.failed += 1
    problems.push('No test file was found.')
  }
  // An error outside every test (an unhandled rejection) fails the run without failing a test.
  if (!report.success && counts.failed === 0) {
    counts.failed += 1
    problems.push('The run failed outside its tests; see above.')
  }
  return { ...counts, problems }
}
