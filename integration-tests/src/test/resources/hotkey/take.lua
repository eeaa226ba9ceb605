-- Takes one token at once or none: KEYS[1] the bucket; ARGV tokens a microsecond, burst, seconds to live, the asker's time in microseconds.
local rate, burst, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local known = redis.call('hmget', KEYS[1], 'last', 'tokens')
local last, tokens = now, burst
if known[1] then
  last = tonumber(known[1])
  tokens = math.min(burst, tonumber(known[2]) + rate * math.max(0, now - last))
  -- Askers' clocks differ, and an older time must not fill the bucket twice.
  last = math.max(last, now)
end
local admitted = 0
if tokens >= 1 then
  tokens = tokens - 1
  admitted = 1
end
redis.call('hset', KEYS[1], 'last', last, 'tokens', tostring(tokens))
redis.call('expire', KEYS[1], ARGV[3])
return admitted
