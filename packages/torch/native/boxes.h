// Operators of our own: those of boxes, which libtorch has not.
#pragma once

#include <torch/library.h>

namespace retort {

void register_roi_align(torch::Library& library);
void register_nms(torch::Library& library);

// Makes them known to libtorch's dispatcher, in whose eyes they are as its own. Another copy of the addon in the process may have done so.
inline void register_operators() {
  if (c10::Dispatcher::singleton().findSchema({"retort::nms", ""})) return;
  // Never taken back: threads may compute while the process ends.
  static auto* library = new torch::Library(torch::Library::FRAGMENT, "retort", std::nullopt, __FILE__, __LINE__);
  register_roi_align(*library);
  register_nms(*library);
}

}  // namespace retort
