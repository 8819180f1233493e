// Several changes in one transaction: a durable commit costs much more than one more row in it.
import { setImmediate } from 'node:timers/promises'

export interface GroupCommitOptions<Item, Result> {
  /** Commits all items in one transaction, and gives one result for each, in their order. */
  readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>
  /** The most that one transaction takes, in items … */
  readonly maxItems: number
  /** … and in the sum of their weights; an item that weighs more goes alone. */
  readonly maxWeight: number
  readonly weightOf: (item: Item) => number
  /** How many transactions may be under way. */
  readonly parallel: number
  /** Whether an error is about the database as a whole, so that it would be no better for one item alone. */
  readonly isGeneral: (error: unknown) => boolean
}

/**
 * Collects what comes in while a transaction is under way, and commits it together in the next one.
 *
 * An item that cannot be written fails alone: when a group fails because of what is in it, its items are committed
 * one by one.
 */
export function groupCommit<Item, Result>(options: GroupCommitOptions<Item, Result>): (item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item
    readonly weight: number
    readonly resolve: (result: Result) => void
    readonly reject: (error: unknown) => void
  }
  const { commit, maxItems, maxWeight, weightOf, parallel, isGeneral } = options
  let waiting: Waiting[] = []
  let writers = 0

  return (item) =>
    new Promise((resolve, reject) => {
      // Weighed in here, so that an item that cannot be weighed is rejected alone.
      waiting.push({ item, weight: weightOf(item), resolve, reject })
      if (writers >= parallel) return
      writers += 1
      void writeUntilEmpty()
    })

  /** Never rejects: every error goes to whoever waits for its item. */
  async function writeUntilEmpty(): Promise<void> {
    // A driver that works synchronously lets nobody in during its transaction. So that changes whose cause lies in the
    // same turn of the event loop come together, each group waits for the end of the turn.
    await setImmediate()
    while (waiting.length > 0) {
      await commitGroup(takeGroup())
      await setImmediate()
    }
    writers -= 1
  }

  function takeGroup(): readonly Waiting[] {
    let weight = 0
    const end = waiting.findIndex((one, index) => {
      weight += one.weight
      return index > 0 && (index === maxItems || weight > maxWeight)
    })
    const group = end === -1 ? waiting : waiting.slice(0, end)
    waiting = end === -1 ? [] : waiting.slice(end)
    return group
  }

  async function commitGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await commit(group.map(({ item }) => item))
      if (results.length !== group.length) throw new Error('A group commit gave too few results.')
      for (const [index, result] of results.entries()) group[index]?.resolve(result)
    } catch (error) {
      if (group.length === 1 || isGeneral(error)) for (const { reject } of group) reject(error)
      else for (const single of group) await commitGroup([single])
    }
  }
}
