// What a sequence is made of: a step that is taken in the model and in every storage.
import type fc from 'fast-check'
import type { Model } from './state.ts'
import type { Stage } from './stage.ts'

export type Command = fc.AsyncCommand<Model, Stage>

export interface Step<Options> {
  /** How it is called in a report. */
  readonly name: string
  /** Whether there is anything to do it with. @default always */
  readonly canBeTaken?: (model: Model, options: Options) => boolean
  readonly take: (stage: Stage, options: Options) => Promise<void>
}

/** Gives for each choice of options a command. */
export const commandOf =
  <Options>({ name, canBeTaken = () => true, take }: Step<Options>) =>
  (options: Options): Command => ({
    check: (model) => canBeTaken(model, options),
    async run(_model, stage) {
      // No two steps at the same moment, so that no order hangs on a clock that runs by itself, or does not.
      await stage.advance(1)
      await take(stage, options)
    },
    toString: () => `${name} ${JSON.stringify(options)}`,
  })

/** One of a list, whatever number was drawn. */
export const nthOf = <T>(items: readonly T[], nth: number): T | undefined => items[nth % items.length]
