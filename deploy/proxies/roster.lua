-- Asks Roster about a request of HAProxy's: `http-request lua.roster /auth/registry?service=…`.
-- Afterwards txn.roster_status is Roster's status, or 503; nothing of the client's headers is passed on but
-- those that Roster reads.
local ROSTER = "http://127.0.0.1:8000"
local TIMEOUT_MILLISECONDS = 5000
local PASSED = { "authorization", "content-type", "user-agent" }
local KEPT = {
    roster_challenge = "www-authenticate",
    roster_robot = "x-roster-robot",
    roster_organization = "x-roster-organization",
    roster_token = "x-roster-token",
}

-- The values of a header, as many as came: a repeated one is Roster's to refuse.
local function values(headers, name)
    local found, index = {}, 0
    while headers[name] and headers[name][index] do
        table.insert(found, headers[name][index])
        index = index + 1
    end
    return found
end

local function ask(txn, question)
    local headers = {
        ["x-haproxy-method"] = { txn.f:method() },
        ["x-haproxy-uri"] = { txn.f:pathq() },
        ["x-haproxy-address"] = { txn.f:src() },
    }
    local came = txn.http:req_get_headers()
    for _, name in ipairs(PASSED) do
        headers[name] = values(came, name)
    end
    return core.httpclient():get({
        url = ROSTER .. question,
        headers = headers,
        timeout = TIMEOUT_MILLISECONDS,
    })
end

core.register_action("roster", { "http-req" }, function(txn, question)
    txn:set_var("txn.roster_status", 503)
    local answer = ask(txn, question)
    for variable, name in pairs(KEPT) do
        local said = answer.headers and answer.headers[name]
        if said then
            txn:set_var("txn." .. variable, said[0])
        end
    end
    txn:set_var("txn.roster_status", answer.status or 503)
end, 1)
