// Several calls in one: a durable commit costs much more than one more row in it, and so does the way to a server and back.
import { setImmediate } from 'node:timers/promises'
import { systemClock, type Clock } from '@ytscriptify/core'

export interface GroupOptions<Item, Result> {
  /** Commits all items in one transaction, or reads them by one statement, and gives one result for each, in their order. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>
  /** The most that one run takes, in items … */
  readonly maxItems: number
  /** … and in the sum of their weights; an item that weighs more goes alone. */
  readonly maxWeight: number
  readonly weightOf: (item: Item) => number
  /** How many runs may be under way: a second one only for a group that is half full. */
  readonly parallel: number
  /** Whether an error is about the database as a whole, so that it would be no better for one item alone. */
  readonly isGeneral: (error: unknown) => boolean
  /** @default the system's */
  readonly clock?: Clock
}

/**
 * Collects what comes in while a run is under way, and does it together in the next one. Another run begins beside those
 * under way only where so much waits that it is worth its statements, or where they take long: one that waits for
 * somebody's lock must not hold up everybody.
 *
 * An item fails alone: when a group fails because of what is in it, its items are run one by one.
 */
export function inGroups<Item, Result>(options: GroupOptions<Item, Result>): (item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item
    readonly weight: number
    readonly resolve: (result: Result) => void
    readonly reject: (error: unknown) => void
  }
  const { run, maxItems, maxWeight, weightOf, parallel, isGeneral, clock = systemClock } = options
  let waiting: Waiting[] = []
  let runners = 0
  let groupsDone = 0
  let isWatching = false

  return (item) =>
    new Promise((resolve, reject) => {
      // Weighed in here, so that an item that cannot be weighed is rejected alone.
      waiting.push({ item, weight: weightOf(item), resolve, reject })
      if (runners === parallel) return
      if (isWorthOne(runners)) startRunner()
      else watch()
    })

  /** Whether what waits is worth a run beside so many others. */
  function isWorthOne(others: number): boolean {
    if (others === 0) return waiting.length > 0
    return waiting.length >= maxItems / 2 || weightOfAll(waiting) >= maxWeight / 2
  }

  function startRunner(): void {
    runners += 1
    void runAll()
  }

  /** Lets another run begin when none of those under way is done after a while. */
  function watch(): void {
    if (isWatching || parallel === 1) return
    isWatching = true
    const doneBefore = groupsDone
    clock.timer(LONG_MS, () => {
      isWatching = false
      if (waiting.length === 0 || runners === parallel) return
      if (groupsDone === doneBefore) startRunner()
      else watch()
    })
  }

  /** Never rejects: every error goes to whoever waits for its item. */
  async function runAll(): Promise<void> {
    // A driver that works synchronously lets nobody in while it works. So that calls whose cause lies in the same turn of
    // the event loop come together, each group waits for the end of the turn.
    await setImmediate()
    do {
      const group = takeGroup()
      if (group.length > 0) await runGroup(group)
      groupsDone += 1
      await setImmediate()
    } while (isWorthOne(runners - 1))
    runners -= 1
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

  async function runGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await run(group.map(({ item }) => item))
      if (results.length !== group.length) throw new Error('A group gave too few results.')
      for (const [index, result] of results.entries()) group[index]?.resolve(result)
    } catch (error) {
      if (group.length === 1 || isGeneral(error)) for (const { reject } of group) reject(error)
      else for (const single of group) await runGroup([single])
    }
  }
}

const weightOfAll = (items: readonly { readonly weight: number }[]): number =>
  items.reduce((sum, { weight }) => sum + weight, 0)

/** In milliseconds: some times what a run takes that nothing holds up. */
const LONG_MS = 25
