"""Bookings 报名: places, the waiting list that moves up by itself, and telling people."""
