// Preloaded into the command: the wall clock jumps an hour ahead or back at every other look.
const now = Date.now.bind(Date);
let looks = 0;
Date.now = () => now() + (looks++ % 3 === 0 ? 3_600_000 : looks % 3 === 1 ? -3_600_000 : 0);
