-- An order has exactly one buyer.
create table orders (
  id integer primary key,
  buyer_id integer not null,
  -- The status is one of open, sent and closed.
  status text not null
);
