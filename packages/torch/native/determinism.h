// Whether only deterministic algorithms are used. libtorch keeps that for the whole process, so it is on where the program asked for it,
// and for as long as any thread's work claims it.
#pragma once

namespace retort {

void ask_for_determinism(bool on);
// Claims it so many times more, or less.
void claim_determinism(int more);

}  // namespace retort
