#include "apps/relayburn/download.h"

// The checks are macros over the function itself, which is called by pointer here.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/base/error.h"
#include "core/base/spelling.h"
#include "core/config/price_source.h"
#include "core/pricing/model_name.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo

namespace relayburn {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kStallSeconds = 10;
constexpr long kMinBytesPerSecond = 1000;
constexpr long kTotalSeconds = 60;
constexpr long kMaxRedirects = 5;

// Holds the functions that we use of libcurl.so.4, whose interface is stable since 2006.
struct Curl {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_setopt) setopt = nullptr;
  decltype(&curl_easy_perform) perform = nullptr;
  decltype(&curl_easy_getinfo) getinfo = nullptr;
  decltype(&curl_easy_strerror) strerror = nullptr;
  decltype(&curl_easy_cleanup) cleanup = nullptr;
};

// Never unloaded: it keeps handlers in libraries of its own.
class CurlLibrary {
 public:
  static const Curl& get() {
    static const Curl curl = CurlLibrary().load();
    return curl;
  }

 private:
  CurlLibrary() : handle_(dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) fail();
  }

  [[noreturn]] static void fail() {
    const char* why = dlerror();
    throw Error(ErrorKind::Unavailable,
                std::string("cannot load libcurl: ") + (why != nullptr ? why : "no reason given"),
                "install libcurl4, or give a file that was fetched otherwise: --from FILE");
  }

  template <class Function>
  void find(Function& function, const char* name) const {
    function = reinterpret_cast<Function>(dlsym(handle_, name));
    if (function == nullptr) fail();
  }

  Curl load() const {
    Curl curl;
    find(curl.global_init, "curl_global_init");
    find(curl.easy_init, "curl_easy_init");
    find(curl.setopt, "curl_easy_setopt");
    find(curl.perform, "curl_easy_perform");
    find(curl.getinfo, "curl_easy_getinfo");
    find(curl.strerror, "curl_easy_strerror");
    find(curl.cleanup, "curl_easy_cleanup");
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
      throw Error(ErrorKind::Unavailable, "cannot start libcurl");
    return curl;
  }

  void* handle_;
};

// One request and what came of it.
class Request {
 public:
  Request(const std::string& url, const std::optional<std::string>& certificates)
      : url_(url), handle_(curl_.easy_init(), curl_.cleanup) {
    if (!handle_) throw Error(ErrorKind::Unavailable, "cannot start libcurl");
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, kMaxRedirects);
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (certificates) set(CURLOPT_CAINFO, certificates->c_str());
    set_limits();
    set(CURLOPT_USERAGENT, "relayburn/" RELAYBURN_VERSION);
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_WRITEFUNCTION, &Request::take);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(CURLOPT_ERRORBUFFER, reason_.data());
  }

  std::string body() {
    const CURLcode code = curl_.perform(handle_.get());
    if (is_too_long_ || code == CURLE_FILESIZE_EXCEEDED) fail("it is longer than 64 MiB");
    if (code != CURLE_OK) fail(reason_of(code));
    long status = 0;
    curl_.getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    constexpr long kOk = 200;
    if (status != kOk) fail("the server answers " + std::to_string(status));
    return std::move(body_);
  }

 private:
  void set_limits() {
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_LOW_SPEED_LIMIT, kMinBytesPerSecond);
    set(CURLOPT_LOW_SPEED_TIME, kStallSeconds);
    set(CURLOPT_TIMEOUT, kTotalSeconds);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(kMaxDocumentBytes));
  }

  // An option that this libcurl does not have is a limit that would not hold.
  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_.setopt(handle_.get(), option, value);
    if (code != CURLE_OK) fail(std::string("libcurl is too old: ") + curl_.strerror(code));
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw Error(ErrorKind::Unavailable, "cannot fetch " + without_credentials(url_) + ": " + why);
  }

  // libcurl's own words say more, but might have parts of a URL that holds a secret.
  std::string reason_of(CURLcode code) const {
    const bool may_tell = without_credentials(url_) == url_ && reason_.front() != '\0';
    return may_tell ? reason_.data() : curl_.strerror(code);
  }

  static size_t take(char* bytes, size_t size, size_t count, void* request) {
    Request& self = *static_cast<Request*>(request);
    const size_t length = size * count;
    self.is_too_long_ = self.body_.size() + length > kMaxDocumentBytes;
    if (self.is_too_long_) return 0;
    self.body_.append(bytes, length);
    return length;
  }

  const Curl& curl_ = CurlLibrary::get();
  const std::string& url_;
  std::array<char, CURL_ERROR_SIZE> reason_{};
  std::string body_;
  bool is_too_long_ = false;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
};

}  // namespace

std::string download(const std::string& url, const std::optional<std::string>& certificates) {
  if (!lower_case(url).starts_with("https://"))
    throw Error(ErrorKind::Usage, without_credentials(url) + ": only https is fetched",
                "prices that anybody on the way could change are worth nothing");
  return Request(url, certificates).body();
}

}  // namespace relayburn
