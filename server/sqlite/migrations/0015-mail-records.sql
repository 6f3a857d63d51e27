-- Records of mails that nobody needs any more go.

-- What a notice is about, the same as long as it is the same trouble: whoever was told of it within a day is not told again. Empty: from
-- before this version.
ALTER TABLE operator_notices ADD COLUMN about TEXT NOT NULL DEFAULT '';
CREATE INDEX operator_notices_by_trouble ON operator_notices (kind, about, notice_time);
CREATE INDEX operator_notices_by_age ON operator_notices (notice_time);

-- Of a notification that went into another one: whose it was, and when it went. Null while the notification is there.
ALTER TABLE delivery_attempts ADD COLUMN gone_user_id TEXT REFERENCES users (id) ON DELETE CASCADE;
ALTER TABLE delivery_attempts ADD COLUMN gone_time INTEGER;
UPDATE delivery_attempts SET gone_time = begin_time WHERE NOT EXISTS (SELECT 1 FROM notifications WHERE id = notification_id);
CREATE INDEX delivery_attempts_of_gone ON delivery_attempts (gone_time) WHERE gone_time IS NOT NULL;
CREATE INDEX delivery_attempts_by_user ON delivery_attempts (gone_user_id) WHERE gone_user_id IS NOT NULL;
