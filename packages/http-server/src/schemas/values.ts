// Values that many schemas are made of.
import { RETRY_RULES, type ErrorCode } from '@ytscriptify/core'
import { z } from 'zod'

const isErrorCode = (name: string): name is ErrorCode => Object.hasOwn(RETRY_RULES, name)

/** Every code of the library. */
export const ERROR_CODES: readonly ErrorCode[] = Object.keys(RETRY_RULES).filter(isErrorCode)

export const uuid = z.guid().meta({ format: 'uuid', example: '01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e' })
export const instant = z.iso.datetime().meta({ example: '2026-01-31T09:30:00.000Z' })
export const count = z.int().min(0)
export const errorCode = z
  .enum(ERROR_CODES)
  .meta({ id: 'ErrorCode', description: 'What went wrong; see docs/errors.md.' })
