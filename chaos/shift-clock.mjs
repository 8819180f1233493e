// Sets the clock of a process wrong: `--import` it with CLOCK_OFFSET_MS set. Timers and the monotonic clock go on as they
// do on a machine whose date is wrong.
const offset = Number(process.env.CLOCK_OFFSET_MS)
const RightDate = Date

globalThis.Date = class Date extends RightDate {
  constructor(...parts) {
    if (parts.length === 0) super(RightDate.now() + offset)
    else super(...parts)
  }

  static now() {
    return RightDate.now() + offset
  }
}
