-- Calls that a turn stands for (null: one), and the subscription that paid for it.
ALTER TABLE {{schema}}turn ADD COLUMN calls {{integer}};
ALTER TABLE {{schema}}turn ADD COLUMN plan {{text}};

-- The price of a call depends on its plan, so the summary is divided by it. The summary is derived:
-- it is emptied here, and the next refresh fills it.
ALTER TABLE {{schema}}usage_summary ADD COLUMN plan {{text}};
DELETE FROM {{schema}}usage_summary;
INSERT INTO {{schema}}turn_change SELECT DISTINCT ts FROM {{schema}}turn;

-- What the readers of a run met and did not know.
ALTER TABLE {{schema}}run ADD COLUMN unknown {{integer}} NOT NULL DEFAULT 0;

-- Dated rates that a host learned (core/records/records.h, Price).
CREATE TABLE {{schema}}price (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  provider {{text}} NOT NULL,
  model {{text}} NOT NULL,
  from_date {{text}},
  rates {{text}} NOT NULL,
  origin {{text}} NOT NULL
);

-- What an agent states that its session has cost.
CREATE TABLE {{schema}}session_cost (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  is_void {{flag}},
  source {{text}},
  session_id {{text}},
  ts {{instant}},
  model {{text}},
  input {{integer}} NOT NULL,
  output {{integer}} NOT NULL,
  cache_read {{integer}} NOT NULL,
  cache_create {{integer}} NOT NULL,
  cost_usd {{text}} NOT NULL,
  has_unknown_cost {{flag}}
);

-- When a list of prices was last looked through.
CREATE TABLE {{schema}}price_check (
  id {{bytes}} NOT NULL PRIMARY KEY,
  revision {{integer}} NOT NULL,
  origin {{text}} NOT NULL,
  checked_at {{instant}}
);
