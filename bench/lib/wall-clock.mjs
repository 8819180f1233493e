// The time that all processes of this machine share, finer than a millisecond.
export const wallClock = () => performance.timeOrigin + performance.now()
