// An option that cannot be understood is refused when the notifier is made, not when the first job has ended.
import { TranscriptionError, pathOf, type InputIssue } from '@ytscriptify/core'

export function invalidOption(path: InputIssue['path'], message: string): TranscriptionError {
  const issues: InputIssue[] = [{ path, code: 'invalid_input', message }]
  return new TranscriptionError('invalid_input', `${pathOf(path)}: ${message}.`, { issues })
}
