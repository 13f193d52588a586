-- One database per service, and one for the job queue's bell.
CREATE DATABASE people;
CREATE DATABASE training;
CREATE DATABASE compliance;
CREATE DATABASE contracts;
CREATE DATABASE eligibility;
CREATE DATABASE queue;
