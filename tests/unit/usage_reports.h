#pragma once
// Small reports in each form that providers document, for tests: two days of December 2026.

#include <array>
#include <string_view>

namespace relayburn {

inline constexpr std::string_view kAnthropicCosts = R"({
 "data": [
  {"starting_at": "2026-12-01T00:00:00Z", "ending_at": "2026-12-02T00:00:00Z",
   "results": [
    {"currency": "USD", "amount": "123.45", "workspace_id": "wrkspc_1", "cost_type": "tokens",
     "description": "Claude Opus 4.6 Usage - Output Tokens", "model": "claude-opus-4-6",
     "service_tier": "standard", "context_window": "0-200k", "token_type": "output_tokens"},
    {"currency": "USD", "amount": "2", "workspace_id": null, "cost_type": "web_search",
     "description": "Web Search Usage", "model": null, "service_tier": null,
     "context_window": null, "token_type": null}]},
  {"starting_at": "2026-12-02T00:00:00Z", "ending_at": "2026-12-03T00:00:00Z", "results": []}
 ],
 "has_more": false,
 "next_page": null
}
)";

inline constexpr std::string_view kAnthropicUsage = R"({
 "data": [
  {"starting_at": "2026-12-01T00:00:00Z", "ending_at": "2026-12-02T00:00:00Z",
   "results": [
    {"uncached_input_tokens": 1500,
     "cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 500},
     "cache_read_input_tokens": 200, "output_tokens": 50,
     "server_tool_use": {"web_search_requests": 10},
     "api_key_id": "apikey_1", "workspace_id": "wrkspc_1", "model": "claude-opus-4-6",
     "service_tier": "standard", "context_window": "0-200k"}]},
  {"starting_at": "2026-12-02T00:00:00Z", "ending_at": "2026-12-03T00:00:00Z", "results": []}],
 "has_more": true, "next_page": "page_2"
}
)";

inline constexpr std::string_view kOpenAiCosts = R"({
 "object": "page",
 "data": [
  {"object": "bucket", "start_time": 1796083200, "end_time": 1796169600,
   "results": [
    {"object": "organization.costs.result", "amount": {"value": 0.06, "currency": "usd"},
     "line_item": "gpt-5-2025-08-07, input", "project_id": "proj_1"},
    {"object": "organization.costs.result",
     "amount": {"value": "0.003835980000000000000000000000", "currency": "usd"},
     "line_item": "web search tool calls", "project_id": null}]},
  {"object": "bucket", "start_time": 1796169600, "end_time": 1796256000, "results": []}],
 "has_more": false, "next_page": null
}
)";

inline constexpr std::string_view kOpenAiUsage = R"({
 "object": "page",
 "data": [
  {"object": "bucket", "start_time": 1796083200, "end_time": 1796169600,
   "results": [
    {"object": "organization.usage.completions.result", "input_tokens": 1000,
     "output_tokens": 500, "input_cached_tokens": 800, "input_audio_tokens": 0,
     "output_audio_tokens": 0, "num_model_requests": 5, "project_id": "proj_1",
     "user_id": null, "api_key_id": "key_1", "model": "gpt-5-2025-08-07", "batch": null}]},
  {"object": "bucket", "start_time": 1796169600, "end_time": 1796256000, "results": []}],
 "has_more": false, "next_page": null
}
)";

inline constexpr std::string_view kAnthropicCostsCsv =
    "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,"
    "list_price_usd,cost_type,inference_geo,speed,api_key_id,api_key_status\n"
    "2026-12-01,Claude Opus 4.6,\"Default, ours\",ci,message,≤ 200k,input_no_cache,0.05,0.05,"
    "token,not_available,,apikey_1,active\n"
    "2026-12-01,Claude Opus 4.6,\"Default, ours\",ci,message,≤ 200k,output,0.02,0.04,"
    "token,not_available,,apikey_1,active\n"
    "2026-12-03,Claude Haiku 4.5,\"The \"\"big\"\" one\",ci,message,≤ 200k,output,0.30,0.30,"
    "token,not_available,,apikey_1,active\n";

inline constexpr std::string_view kAnthropicUsageCsv =
    "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,"
    "usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,"
    "usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,"
    "web_search_count,inference_geo,speed\r\n"
    "2026-12-01,claude-haiku-4-5-20251001,ci,Default,standard,≤ 200k,10,5,1,200,30,2,,\r\n"
    "2026-12-02,claude-haiku-4-5-20251001,ci,Default,standard,≤ 200k,1,0,0,0,3,0,,\r\n";

inline constexpr std::string_view kOpenAiCostsCsv =
    "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,"
    "project_id,organization_id,organization_name\n"
    "1796083200,1796169600,2026-12-01T00:00:00+00:00,2026-12-02T00:00:00+00:00,"
    "0.8958740000000000,usd,\"gpt-5-nano, input_tokens\",proj_1,org-1,Personal\n"
    "1796083200,1796169600,2026-12-01T00:00:00+00:00,2026-12-02T00:00:00+00:00,"
    "0.5,usd,,proj_2,org-1,Personal\n"
    "1796169600,1796256000,2026-12-02T00:00:00+00:00,2026-12-03T00:00:00+00:00,,,,,,\n";

inline constexpr std::string_view kOpenAiUsageCsv =
    "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,"
    "api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens\n"
    "1796083200,1796169600,2026-12-01T00:00:00+00:00,2026-12-02T00:00:00+00:00,proj_1,10.0,"
    "user-1,key_1,gpt-5-2025-08-07,FALSE,default,59200.0,10646.0,5760.0\n"
    "1796169600,1796256000,2026-12-02T00:00:00+00:00,2026-12-03T00:00:00+00:00,,,,,,,,,,\n";

inline constexpr std::array<std::string_view, 8> kUsageReports = {
    kAnthropicCosts,    kAnthropicUsage,    kOpenAiCosts,    kOpenAiUsage,
    kAnthropicCostsCsv, kAnthropicUsageCsv, kOpenAiCostsCsv, kOpenAiUsageCsv};

}  // namespace relayburn
