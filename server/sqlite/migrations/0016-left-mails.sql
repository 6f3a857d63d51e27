-- The mail in which the attempt was made, when its notification has left that mail to be sent again: whoever reports on the attempt speaks of
-- the others that went in it. Null for all else.
ALTER TABLE delivery_attempts ADD COLUMN left_message_id TEXT;
