-- A refund has one order and one reason.
create table refunds (
  id integer primary key,
  order_id integer not null references orders (id),
  -- An amount is in cents of the buyer's currency.
  amount integer not null
);
