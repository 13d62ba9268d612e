"""The SMS worker: hears SendSms (queue `sms`) and SendCode (queue `codes`), says SmsReported.

Holds the vendor's account and the key that opens phone numbers; no database.
"""
