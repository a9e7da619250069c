#include "determinism.h"

#include <ATen/Context.h>

#include <mutex>

namespace retort {
namespace {

std::mutex changing;
bool asked = false;
int claims = 0;

// As torch.use_deterministic_algorithms, with mkldnn's own flag, and without its filling of fresh memory, which costs time and
// changes no result of a sound program.
void apply() {
  const bool on = asked || claims > 0;
  at::globalContext().setDeterministicAlgorithms(on, false);
  at::globalContext().setDeterministicMkldnn(on);
  at::globalContext().setDeterministicFillUninitializedMemory(false);
}

}  // namespace

void ask_for_determinism(bool on) {
  std::lock_guard<std::mutex> lock(changing);
  asked = on;
  apply();
}

void claim_determinism(int more) {
  std::lock_guard<std::mutex> lock(changing);
  claims += more;
  apply();
}

}  // namespace retort
