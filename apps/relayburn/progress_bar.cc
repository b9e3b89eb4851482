#include "apps/relayburn/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "apps/relayburn/output.h"

namespace relayburn {
namespace {

std::string bar(double share, int width) {
  const int filled = static_cast<int>(share * width);
  std::string text;
  for (int i = 0; i < width; ++i) text += i < filled ? "█" : "░";
  return text;
}

}  // namespace

void ProgressBar::update(const IngestProgress& progress) {
  using std::chrono::duration;
  const Clock::time_point present = Clock::now();
  const double elapsed = duration<double>(present - start_).count();
  if (!is_shown_ || elapsed < 1.0) return;
  if (is_drawn_ && duration<double>(present - drawn_at_).count() < 0.1) return;
  drawn_at_ = present;
  is_drawn_ = true;
  const double total = static_cast<double>(std::max<int64_t>(progress.bytes_total, 1));
  const double done = static_cast<double>(progress.bytes_done);
  const double rate = done / elapsed;
  const double remaining = rate > 0 ? (total - done) / rate : 0;
  std::array<char, 96> figures;
  std::snprintf(figures.data(), figures.size(), " %3.0f %%  %.0f MB/s  %.0f s left",
                100 * done / total, rate / 1e6, remaining);
  const int columns = terminal_size(STDERR_FILENO).columns;
  const int width = std::clamp((columns > 0 ? columns : 80) - 40, 10, 40);
  print_error("\r\x1b[K" + bar(done / total, width) + figures.data());
}

void ProgressBar::clear() {
  if (is_drawn_) print_error("\r\x1b[K");
  is_drawn_ = false;
}

}  // namespace relayburn
