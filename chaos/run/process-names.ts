// Each process has a name of its own: `worker3.7` is the seventh of worker3. So the witness tells the dead from the living.

export interface ProcessNames {
  /** Of the next process of a member. */
  next(member: string): string
  /** Of the last process of a member. */
  current(member: string): string
}

export function createProcessNames(): ProcessNames {
  const starts = new Map<string, number>()
  const current = (member: string): string => `${member}.${starts.get(member) ?? 0}`
  return {
    next(member) {
      starts.set(member, (starts.get(member) ?? 0) + 1)
      return current(member)
    },
    current,
  }
}
