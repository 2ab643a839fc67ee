-- Sends the requests of the file BENCH_REQUESTS one after the other, each as it stands there: a line
-- with its length in bytes, then the bytes. With BENCH_STRICT every answer that is no 2xx counts.
local requests, number, threads = {}, 0, {}

function setup(thread)
  table.insert(threads, thread)
end

function init()
  local file = assert(io.open(os.getenv("BENCH_REQUESTS"), "rb"))
  for length in function() return file:read("*l") end do
    table.insert(requests, file:read(tonumber(length)))
  end
  file:close()
  refused = 0
end

function request()
  number = number % #requests + 1
  return requests[number]
end

if os.getenv("BENCH_STRICT") then
  function response(status)
    if status < 200 or status > 299 then refused = refused + 1 end
  end
end

function done(summary, latency)
  local refusals, errors = 0, summary.errors
  for _, thread in ipairs(threads) do refusals = refusals + thread:get("refused") end
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  print(string.format("BENCH %d %d %d %d %d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), math.max(refusals, errors.status) + broken))
end
