// From a schema's complaints to a problem that names each offending item.
import type { InputIssue } from '@ytscriptify/core'
import type { z } from 'zod'
import { invalid } from './problem.ts'

export interface ParseOptions {
  /** What to say of names that are not known, where there is more to say than that. */
  readonly unknown?: Readonly<Record<string, string>>
}

/** @throws {HttpProblem} `invalid_input` */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  { unknown = {} }: ParseOptions = {},
): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw invalid(result.error.issues.flatMap((issue) => issuesOf(issue, unknown)))
}

function issuesOf(issue: z.core.$ZodIssue, unknown: Readonly<Record<string, string>>): readonly InputIssue[] {
  const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)))
  if (issue.code !== 'unrecognized_keys') return [{ path, code: 'invalid_input', message: issue.message }]
  return issue.keys.map((key) => ({
    path: [...path, shortened(key)],
    code: 'invalid_input',
    message: (Object.hasOwn(unknown, key) ? unknown[key] : undefined) ?? 'It is not known here; leave it out',
  }))
}

const shortened = (key: string): string => (key.length > 100 ? `${key.slice(0, 99)}…` : key)
